/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.plugin.evaluate.shard.EvaluateTask;
import io.quantvec.plugin.evaluate.shard.EvaluationRound;
import io.quantvec.plugin.evaluate.trial.TrialPrecision;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.settings.FixedLimits;
import io.quantvec.plugin.vector.GivenVector;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ValidateActions;
import org.opensearch.action.support.broadcast.BroadcastRequest;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;

/** Asks what searches in one field find and cost, over a grid of settings. */
public final class EvaluateRequest extends BroadcastRequest<EvaluateRequest> {

  /** Documents that are sampled as queries if none are given. */
  public static final int DEFAULT_SAMPLE = 100;

  /** Vectors that other precisions are tried on. */
  public static final int DEFAULT_SAMPLE_SIZE = 10_000;

  /** More settings than these are no grid that a person reads. */
  static final int MAX_SETTINGS = 50;

  /** The recall on fewer vectors does not predict the recall in the field. */
  static final int MIN_SAMPLE_SIZE = 100;

  static final int MAX_PRECISIONS = 20;

  /** The timeout, after which the evaluation returns what it has measured. */
  public static final TimeValue DEFAULT_TIMEOUT = TimeValue.timeValueSeconds(60);

  private String field;
  private int k = 10;
  private List<GivenVector> queries = List.of();
  private int sample = DEFAULT_SAMPLE;
  private boolean sampleGiven;
  private long seed = 42;
  private List<Integer> efSearch = List.of();
  private List<Rescore> rescores = List.of();
  private Double targetRecall;
  private List<TrialPrecision> precisions = List.of();
  private int sampleSize = DEFAULT_SAMPLE_SIZE;
  private boolean precisionsOptional;
  private boolean storeResult;

  /** What all shards are asked at the moment. Not sent to others. */
  private final EvaluationRound round;

  /**
   * @param indices names, aliases, data streams or patterns
   */
  public EvaluateRequest(String... indices) {
    super(indices);
    round = null;
    timeout(DEFAULT_TIMEOUT);
  }

  private EvaluateRequest(EvaluateRequest whole, EvaluationRound round) {
    super(whole.indices(), whole.indicesOptions());
    this.round = round;
    field = whole.field;
    k = whole.k;
    seed = whole.seed;
  }

  /** Reads what {@link #writeTo} wrote. */
  public EvaluateRequest(StreamInput in) throws IOException {
    super(in);
    round = null;
    field = in.readOptionalString();
    k = in.readVInt();
    queries = in.readList(GivenVector::readFrom);
    sample = in.readVInt();
    sampleGiven = in.readBoolean();
    seed = in.readLong();
    efSearch = in.readList(StreamInput::readVInt);
    rescores = in.readList(Rescore::readFrom);
    targetRecall = in.readOptionalDouble();
    precisions = in.readList(TrialPrecision::readFrom);
    sampleSize = in.readVInt();
    timeout(in.readTimeValue());
    precisionsOptional = in.readBoolean();
    storeResult = in.readBoolean();
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeOptionalString(field);
    out.writeVInt(k);
    out.writeCollection(queries);
    out.writeVInt(sample);
    out.writeBoolean(sampleGiven);
    out.writeLong(seed);
    out.writeCollection(efSearch, StreamOutput::writeVInt);
    out.writeCollection(rescores);
    out.writeOptionalDouble(targetRecall);
    out.writeCollection(precisions);
    out.writeVInt(sampleSize);
    out.writeTimeValue(timeout());
    out.writeBoolean(precisionsOptional);
    out.writeBoolean(storeResult);
  }

  @Override
  public ActionRequestValidationException validate() {
    Problems problems = new Problems();
    problems.range("k", k, 1, FixedLimits.MAX_K);
    if (queries.isEmpty()) {
      problems.range("sample", sample, 1, Integer.MAX_VALUE);
      if (k == FixedLimits.MAX_K) {
        problems.add(
            "[k] must be below "
                + FixedLimits.MAX_K
                + " with sampled queries, each of which is left out of its own result, got ["
                + k
                + "]");
      }
    }
    for (int ef : efSearch) {
      problems.range("ef_search", ef, 1, FixedLimits.MAX_EF_SEARCH);
    }
    long settings = (long) Math.max(1, efSearch.size()) * Math.max(1, rescores.size());
    if (settings > MAX_SETTINGS) {
      problems.add(
          "[ef_search] and [oversample_factor] must make at most "
              + MAX_SETTINGS
              + " settings together, got "
              + efSearch.size()
              + " x "
              + rescores.size());
    }
    if (targetRecall != null && !(targetRecall > 0 && targetRecall <= 1)) {
      problems.add("[target_recall] must be above 0 and at most 1, got [" + targetRecall + "]");
    }
    if (precisions.size() > MAX_PRECISIONS) {
      problems.add(
          "[precisions] must have at most " + MAX_PRECISIONS + ", got " + precisions.size());
    }
    problems.range("sample_size", sampleSize, MIN_SAMPLE_SIZE, Integer.MAX_VALUE);
    if (timeout().millis() <= 0) {
      problems.add("[timeout] must be longer than nothing, got [" + timeout() + "]");
    }
    return problems.found;
  }

  private static final class Problems {

    private ActionRequestValidationException found;

    void range(String name, long value, long min, long max) {
      if (value < min || value > max) {
        add(
            "["
                + name
                + "] must be "
                + (max == Integer.MAX_VALUE ? "at least " + min : "between " + min + " and " + max)
                + ", got ["
                + value
                + "]");
      }
    }

    void add(String problem) {
      found = ValidateActions.addValidationError(problem, found);
    }
  }

  /** One round of this request. */
  EvaluateRequest withRound(EvaluationRound round) {
    return new EvaluateRequest(this, round);
  }

  /** What all shards are asked; null in the request as a client sends it. */
  EvaluationRound round() {
    return round;
  }

  /** The field; null for the only one of its type. */
  public String field() {
    return field;
  }

  /** Sets the field; null for the only one of its type. */
  public EvaluateRequest field(String field) {
    this.field = field;
    return this;
  }

  /** Neighbors that recall asks for. */
  public int k() {
    return k;
  }

  /** Sets the neighbors that recall asks for, 1 to {@link FixedLimits#MAX_K}. */
  public EvaluateRequest k(int k) {
    this.k = k;
    return this;
  }

  /** The vectors to search for; empty to sample documents. */
  public List<GivenVector> queries() {
    return queries;
  }

  /** Sets the vectors to search for, in forms that the field takes in queries. */
  public EvaluateRequest queries(List<GivenVector> queries) {
    this.queries = List.copyOf(queries);
    return this;
  }

  /** Documents to sample as queries if none are given. */
  public int sample() {
    return sample;
  }

  /** Sets how many documents are sampled as queries, at least 1. */
  public EvaluateRequest sample(int sample) {
    this.sample = sample;
    this.sampleGiven = true;
    return this;
  }

  /** Limits the number of sampled queries if the request does not set it. */
  void capSample(int limit) {
    if (!sampleGiven) {
      sample = Math.min(sample, limit);
    }
  }

  /** Has the precisions left out where they cannot be tried, or not in the time there is. */
  public EvaluateRequest precisionsOptional() {
    precisionsOptional = true;
    return this;
  }

  boolean arePrecisionsOptional() {
    return precisionsOptional;
  }

  /** The seed of all samples. */
  public long seed() {
    return seed;
  }

  /** Sets the seed of all samples. */
  public EvaluateRequest seed(long seed) {
    this.seed = seed;
    return this;
  }

  /** The grid's {@code ef_search}; empty for a few that are useful. */
  public List<Integer> efSearch() {
    return efSearch;
  }

  /** Sets the grid's {@code ef_search}. */
  public EvaluateRequest efSearch(List<Integer> efSearch) {
    this.efSearch = efSearch.stream().distinct().toList();
    return this;
  }

  /** The grid's rescoring; empty for that of queries that say nothing. */
  public List<Rescore> rescores() {
    return rescores;
  }

  /** Sets the grid's rescoring. */
  public EvaluateRequest rescores(List<Rescore> rescores) {
    this.rescores = rescores.stream().distinct().toList();
    return this;
  }

  /** The recall to find the cheapest setting for; null for none. */
  public Double targetRecall() {
    return targetRecall;
  }

  /** Sets the recall to find the cheapest setting for, above 0 to 1; null for none. */
  public EvaluateRequest targetRecall(Double targetRecall) {
    this.targetRecall = targetRecall;
    return this;
  }

  /** Precisions to try on a sample. */
  public List<TrialPrecision> precisions() {
    return precisions;
  }

  /** Sets precisions to try on a sample. */
  public EvaluateRequest precisions(List<TrialPrecision> precisions) {
    this.precisions = precisions.stream().distinct().toList();
    return this;
  }

  /** Vectors that precisions are tried on. */
  public int sampleSize() {
    return sampleSize;
  }

  /** Sets how many vectors precisions are tried on, at least 100. */
  public EvaluateRequest sampleSize(int sampleSize) {
    this.sampleSize = sampleSize;
    return this;
  }

  /** Whether the answer is kept with the task. */
  @Override
  public boolean getShouldStoreResult() {
    return storeResult;
  }

  /** Sets whether the answer is kept with the task, for a client that does not wait. */
  public EvaluateRequest storeResult(boolean storeResult) {
    this.storeResult = storeResult;
    return this;
  }

  @Override
  public EvaluateTask createTask(
      long id, String type, String action, TaskId parentTaskId, Map<String, String> headers) {
    return new EvaluateTask(id, type, action, getDescription(), parentTaskId, headers);
  }

  @Override
  public String getDescription() {
    return "evaluate "
        + (field == null ? "the vector field" : "field [" + field + "]")
        + " of "
        + String.join(",", indices())
        + " with "
        + (queries.isEmpty() ? sample + " sampled" : queries.size() + " given")
        + " queries, k "
        + k;
  }
}
