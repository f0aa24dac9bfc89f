/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import io.quantvec.codec.calibration.DriftCheck;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.hnsw.FieldGraph;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.broadcast.AliasedDocuments;
import io.quantvec.plugin.evaluate.shard.QueryOutcome.Found;
import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.query.AliasViews;
import io.quantvec.plugin.query.NestedVectors;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.sample.LiveVectors;
import io.quantvec.plugin.search.MeasuredSearcher;
import io.quantvec.plugin.search.MeasuredSearcher.Source;
import io.quantvec.plugin.search.SearchEffort;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.VectorInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.join.BitSetProducer;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.index.mapper.IdFieldMapper;
import org.opensearch.index.mapper.Uid;
import org.opensearch.index.query.NestedQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;

/**
 * Searches one shard in all ways that are compared. Every way is the query that a client would
 * send, through the same code; only where its candidates come from differs. So what a scan of the
 * codes finds is what a graph without gaps would make the search find.
 */
public final class ShardEvaluator {

  private static final SearchSetting FINAL_SCORES = new SearchSetting(null, Rescore.OFF);

  private final QueryShardContext context;
  private final IndexReader reader;
  private final QuantizedVectorFieldType type;
  private final String nestedPath;

  /** Those that may be hits; null for all. */
  private final Query documents;

  private final int k;
  private final List<SearchSetting> settings;
  private final int firstSetting;

  /**
   * @param context of the shard's searcher
   * @param type the field
   */
  public ShardEvaluator(
      QueryShardContext context, QuantizedVectorFieldType type, ShardEvaluateRequest request)
      throws IOException {
    this.context = context;
    this.reader = context.searcher().getIndexReader();
    this.type = type;
    this.nestedPath = NestedVectors.path(context, type);
    this.documents = AliasedDocuments.of(request.filter(), context);
    this.k = request.k();
    this.settings = request.settings();
    this.firstSetting = request.firstSetting();
  }

  /**
   * What the field is.
   *
   * @param queries vectors to check
   * @param stop checked for cancellations
   * @throws org.opensearch.index.query.QueryShardException if a query of the grid or one of the
   *     vectors would be refused
   */
  public ShardPlan plan(List<EvaluatedQuery> queries, WorkDeadline stop) throws IOException {
    GivenVector any = queries.isEmpty() ? type.anyQuery() : given(queries.getFirst());
    for (SearchSetting setting : settings) {
      query(setting, any, k);
    }
    for (EvaluatedQuery query : queries) {
      query(SearchSetting.DEFAULT, given(query), k);
    }
    long scanned = 0;
    int codeBytes = 0;
    int copyBytes = 0;
    RerankPrecision bestCopy = type.indexing().config().storedCopy();
    ShardPlan.Drift drift = ShardPlan.Drift.NONE;
    boolean graph = false;
    for (LeafReaderContext leaf : reader.leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues(type.name());
      if (values != null) {
        scanned += values.size();
        graph |= values.size() > 0 && !FieldGraph.isMissing(leaf.reader(), type.name());
      }
      if (values instanceof QuantizedVectorValues known) {
        SegmentField quantization = known.quantization();
        codeBytes = Math.max(codeBytes, quantization.codeBytes());
        boolean copied = quantization.rerankCopy() != RerankPrecision.NONE;
        bestCopy = quantization.rerankCopy();
        copyBytes =
            Math.max(copyBytes, copied ? quantization.rerankBytes() : quantization.codeBytes());
        drift = drift.plus(drift(quantization));
      }
    }
    List<SearchEffort> efforts = new ArrayList<>();
    for (SearchSetting setting : settings) {
      efforts.add(effort(setting, any));
    }
    return new ShardPlan(
        new ShardPlan.Shape(type.name(), type.dimension(), type.spaceType()),
        new ShardPlan.Encoding(
            type.input() != VectorInput.Type.FLOAT,
            type.indexing().config().precision() == Precision.AUTO,
            precision(type.indexing().config()),
            type.indexing().config().allocation(),
            type.indexing().config().rerank(),
            bestCopy),
        new ShardPlan.Size(live(stop), scanned, codeBytes, copyBytes),
        graph,
        effort(SearchSetting.DEFAULT, any),
        efforts,
        drift);
  }

  private static String precision(QuantizationConfig config) {
    return switch (config.precision()) {
      case AUTO -> config.precision().label() + " " + config.targetRecall();
      case BITS -> config.bits() + " bits";
      default -> config.precision().label();
    };
  }

  private SearchEffort effort(SearchSetting setting, GivenVector vector) throws IOException {
    return setting.query(type.name(), vector, k).effort(reader, type);
  }

  /** Vectors that may be among the hits. */
  private long live(WorkDeadline stop) throws IOException {
    IndexSearcher searcher = context.searcher();
    Weight shown =
        documents == null
            ? null
            : searcher.createWeight(documents, ScoreMode.COMPLETE_NO_SCORES, 1);
    return new LiveVectors(searcher, type.name(), shown, stop::isTimeOver).count();
  }

  private static ShardPlan.Drift drift(SegmentField quantization) {
    return quantization.calibration() != null
            && DriftCheck.isDrift(
                quantization.calibration(), quantization.fit().liveError(), quantization.vectors())
        ? new ShardPlan.Drift(1, quantization.driftRatio())
        : ShardPlan.Drift.NONE;
  }

  /**
   * Searches for vectors.
   *
   * @param stop when to stop
   * @return one outcome a query; none if the time was over before all were done
   */
  public List<QueryOutcome> measure(List<EvaluatedQuery> queries, WorkDeadline stop)
      throws IOException {
    List<Searches> all = new ArrayList<>();
    for (EvaluatedQuery query : queries) {
      all.add(new Searches(query));
    }
    List<Rescore> rescores = settings.stream().map(SearchSetting::rescore).distinct().toList();
    // A setting after the other, so that a search does not find in the CPU's caches what the same
    // query has just read; and scans, which read everything, at the end.
    for (int i = 0; i < settings.size(); i++) {
      int setting = (firstSetting + i) % settings.size();
      for (Searches one : all) {
        one.searches[setting] = one.run(settings.get(setting), Source.SEARCH, stop);
        if (stop.isTimeOver()) {
          return List.of();
        }
      }
    }
    List<QueryOutcome> outcomes = new ArrayList<>();
    for (Searches one : all) {
      List<Found> ceilings = new ArrayList<>();
      for (Rescore rescore : rescores) {
        ceilings.add(one.run(new SearchSetting(null, rescore), Source.CODES, stop));
      }
      ScoreDoc[][] nearest = new ScoreDoc[1][];
      Found exact = one.run(FINAL_SCORES, Source.RERANK_COPY, stop, nearest);
      if (stop.isTimeOver()) {
        return List.of();
      }
      DocumentScores.Scores scores = one.scores(nearest[0]);
      outcomes.add(
          new QueryOutcome(
              exact.scores(), scores.estimates(), exact.nanos(), List.of(one.searches), ceilings));
    }
    return outcomes;
  }

  /** One query. */
  private final class Searches {

    private final GivenVector vector;
    private final float[] target;

    /** Documents that are no hits. */
    private final Set<Integer> excluded;

    private final Found[] searches = new Found[settings.size()];

    Searches(EvaluatedQuery query) throws IOException {
      this.vector = given(query);
      this.target = type.queryVector(type.name(), vector);
      this.excluded = query.document() == null ? Set.of() : documents(query.document());
    }

    Found run(SearchSetting setting, Source source, WorkDeadline stop) throws IOException {
      return run(setting, source, stop, new ScoreDoc[1][]);
    }

    /**
     * @param hitsOut takes the hits
     */
    Found run(SearchSetting setting, Source source, WorkDeadline stop, ScoreDoc[][] hitsOut)
        throws IOException {
      // A document that is no hit takes a place, so there has to be one more.
      int asked = excluded.isEmpty() ? k : k + 1;
      Query query = query(setting, vector, asked);
      MeasuredSearcher searcher = new MeasuredSearcher(reader, source);
      searcher.setTimeout(stop);
      long start = System.nanoTime();
      ScoreDoc[] hits = searcher.search(query, asked).scoreDocs;
      long nanos = System.nanoTime() - start;
      hits = withoutExcluded(hits);
      hitsOut[0] = hits;
      float[] scores = new float[hits.length];
      for (int i = 0; i < hits.length; i++) {
        scores[i] = hits[i].score;
      }
      // A search may have met another of a nested document's vectors than the best one.
      boolean known = source == Source.RERANK_COPY || (nestedPath == null && rescores(setting));
      float[] exact = known || stop.shouldExit() ? scores : scores(hits).exact();
      return new Found(scores, exact, nanos, searcher.takeWork());
    }

    private boolean rescores(SearchSetting setting) throws IOException {
      return effort(setting, vector).rescored() > 0;
    }

    private ScoreDoc[] withoutExcluded(ScoreDoc[] hits) {
      List<ScoreDoc> left = new ArrayList<>(hits.length);
      for (ScoreDoc hit : hits) {
        if (left.size() < k && !excluded.contains(hit.doc)) {
          left.add(hit);
        }
      }
      return left.toArray(ScoreDoc[]::new);
    }

    DocumentScores.Scores scores(ScoreDoc[] hits) throws IOException {
      return new DocumentScores(reader, type.name(), roots()).of(target, hits);
    }
  }

  private BitSetProducer roots() {
    return nestedPath == null ? null : context.bitsetFilter(Queries.newNonNestedFilter());
  }

  private GivenVector given(EvaluatedQuery query) {
    boolean stored = query.document() != null;
    return stored && query.vector() instanceof GivenVector.Floats floats
        ? type.asQuery(floats.values())
        : query.vector();
  }

  private Query query(SearchSetting setting, GivenVector vector, int hits) throws IOException {
    QueryBuilder query = setting.query(type.name(), vector, hits);
    if (nestedPath != null) {
      query =
          new NestedQueryBuilder(nestedPath, query, org.apache.lucene.search.join.ScoreMode.Max);
    }
    type.node().limits().startCountingClauses(context);
    Query searched = query.toQuery(context);
    AliasViews.narrow(searched, documents);
    return searched;
  }

  /** The documents of an id, nested ones included. */
  private Set<Integer> documents(String id) throws IOException {
    Set<Integer> documents = new HashSet<>();
    Term term = new Term(IdFieldMapper.NAME, Uid.encodeId(id));
    for (LeafReaderContext leaf : reader.leaves()) {
      PostingsEnum postings = leaf.reader().postings(term, PostingsEnum.NONE);
      if (postings != null) {
        for (int doc = postings.nextDoc();
            doc != DocIdSetIterator.NO_MORE_DOCS;
            doc = postings.nextDoc()) {
          documents.add(leaf.docBase + doc);
        }
      }
    }
    return documents;
  }
}
