/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.ClippingRange;
import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.calibration.VectorSample;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.write.CalibrationLearning;
import io.quantvec.plugin.calibration.CreateCalibrationRequest.FromField;
import io.quantvec.plugin.calibration.CreateCalibrationRequest.FromVectors;
import io.quantvec.plugin.calibration.CreateCalibrationRequest.Wanted;
import io.quantvec.plugin.calibration.store.CalibrationSpec;
import io.quantvec.plugin.calibration.store.CalibrationVersion;
import io.quantvec.plugin.sample.SampleAction;
import io.quantvec.plugin.sample.SampleRequest;
import io.quantvec.plugin.sample.SampleResponse;
import io.quantvec.plugin.sample.Sampled;
import io.quantvec.plugin.sample.TransportSampleAction;
import io.quantvec.plugin.search.RequestMemory;
import io.quantvec.plugin.vector.SpaceType;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Learns the calibration on the node that was asked, and has the cluster manager store it. Learning
 * has a pool of its own: it takes a core for up to half a minute.
 */
public final class TransportCreateCalibrationAction
    extends HandledTransportAction<CreateCalibrationRequest, CalibrationResponse> {

  /** The thread pool. */
  public static final String POOL = "quantized_vector_calibration";

  /** What the axes of a transform need: sums and rows, of doubles. */
  private static final long BYTES_PER_SQUARE = 2L * Double.BYTES;

  /** From more vectors the recall rose by less than .3 points. */
  private static final int DEFAULT_SAMPLE_SIZE = 10_000;

  private final ClusterService clusterService;
  private final ThreadPool threadPool;
  private final NodeClient client;
  private final CircuitBreakerService breakers;
  private final IndexNameExpressionResolver resolver;

  /** Of a node. */
  @Inject
  public TransportCreateCalibrationAction(
      TransportService transportService,
      ClusterService clusterService,
      ThreadPool threadPool,
      NodeClient client,
      CircuitBreakerService breakers,
      ActionFilters actionFilters,
      IndexNameExpressionResolver resolver) {
    super(
        CreateCalibrationAction.NAME,
        transportService,
        actionFilters,
        CreateCalibrationRequest::new);
    this.clusterService = clusterService;
    this.threadPool = threadPool;
    this.client = client;
    this.breakers = breakers;
    this.resolver = resolver;
  }

  /**
   * What was found to learn from.
   *
   * @param index null if the vectors came with the request
   * @param field null if they did
   */
  private record Found(
      List<float[]> vectors,
      SpaceType spaceType,
      CalibrationSpec spec,
      String index,
      String field) {}

  @Override
  protected void doExecute(
      Task task, CreateCalibrationRequest request, ActionListener<CalibrationResponse> listener) {
    CalibrationTask calibrating = (CalibrationTask) task;
    switch (request.source()) {
      case FromVectors from ->
          learnLater(
              calibrating,
              request,
              new Found(from.vectors(), from.spaceType(), spec(request.wanted(), null), null, null),
              listener);
      case FromField from -> sample(calibrating, request, from, listener);
    }
  }

  private void sample(
      CalibrationTask task,
      CreateCalibrationRequest request,
      FromField from,
      ActionListener<CalibrationResponse> listener) {
    MappedField mapped = mapped(request, from);
    CalibrationSpec spec = spec(request.wanted(), mapped);
    int size =
        from.sampleSize() != null
            ? from.sampleSize()
            : mapped == null
                ? 1
                : Math.min(DEFAULT_SAMPLE_SIZE, VectorSample.capacity(mapped.dimension()));
    if (mapped != null) {
      TransportSampleAction.checkSize(size, mapped.dimension());
    }
    SampleRequest sample = new SampleRequest(new String[] {from.index()}, from.field(), size, 0);
    sample.setParentTask(new TaskId(clusterService.localNode().getId(), task.getId()));
    client.execute(
        SampleAction.INSTANCE,
        sample,
        ActionListener.wrap(
            sampled ->
                learnLater(
                    task,
                    request,
                    new Found(
                        vectors(sampled), sampled.spaceType(), spec, from.index(), from.field()),
                    listener),
            listener::onFailure));
  }

  /** What all indexes say alike; null if none says anything, which the sampling finds, too. */
  private MappedField mapped(CreateCalibrationRequest request, FromField from) {
    ClusterState state = clusterService.state();
    MappedField first = null;
    for (String index :
        resolver.concreteIndexNames(
            state, IndicesOptions.strictExpandOpenAndForbidClosed(), true, from.index())) {
      MappedField mapped = MappedField.of(state, index, from.field());
      if (mapped == null) {
        continue;
      }
      if (first != null && !spec(request.wanted(), first).equals(spec(request.wanted(), mapped))) {
        throw new IllegalArgumentException(
            "the indexes of ["
                + from.index()
                + "] have the field ["
                + from.field()
                + "] with "
                + first.spec()
                + " and with "
                + mapped.spec()
                + "; say in the request for which one the calibration is to be");
      }
      first = first == null ? mapped : first;
    }
    return first;
  }

  private static CalibrationSpec spec(Wanted wanted, MappedField mapped) {
    CalibrationSpec field = mapped == null ? null : mapped.spec();
    QuantizationConfig codes =
        wanted.bits() != null
            ? QuantizationConfig.ofBits(wanted.bits(), QuantizationConfig.DEFAULT.allocation())
            : wanted.precision() != null
                ? new QuantizationConfig(wanted.precision())
                : field == null ? QuantizationConfig.DEFAULT : field.config();
    if (codes.precision() == Precision.FP16) {
      throw new IllegalArgumentException(
          "[precision: fp16] has nothing to calibrate, expected int8, int4, int2, ternary or"
              + " binary, or [bits]");
    }
    if (codes.precision() == Precision.AUTO) {
      throw new IllegalArgumentException(
          "[precision: auto] chooses its budget for each segment, and a stored calibration needs"
              + " one, expected [precision: int8], int4, int2, ternary or binary, or [bits], in the"
              + " request");
    }
    ScaleMethod method =
        wanted.method() != null
            ? wanted.method()
            : field == null ? ScaleMethod.AUTO : field.method();
    double percentile =
        wanted.percentile() != null
            ? wanted.percentile()
            : field == null || wanted.method() != null
                ? ClippingRange.DEFAULT_PERCENTILE
                : field.percentile();
    return new CalibrationSpec(
        codes.precision(),
        codes.bits(),
        wanted.allocation() != null
            ? wanted.allocation()
            : field == null ? codes.allocation() : field.allocation(),
        method,
        percentile);
  }

  private static List<float[]> vectors(SampleResponse sampled) {
    if (sampled.getFailedShards() > 0) {
      throw new OpenSearchStatusException(
          "["
              + sampled.getFailedShards()
              + "] of ["
              + sampled.getTotalShards()
              + "] shards could not be sampled, and a calibration would stand for the others only",
          RestStatus.SERVICE_UNAVAILABLE,
          sampled.getShardFailures()[0].getCause());
    }
    List<float[]> vectors = new ArrayList<>(sampled.vectors().size());
    for (Sampled one : sampled.vectors()) {
      vectors.add(one.vector());
    }
    return vectors;
  }

  private void learnLater(
      CalibrationTask task,
      CreateCalibrationRequest request,
      Found found,
      ActionListener<CalibrationResponse> listener) {
    threadPool
        .executor(POOL)
        .execute(
            ActionRunnable.wrap(
                listener, wrapped -> store(task, request, learn(task, found), wrapped)));
  }

  private CalibrationVersion learn(CalibrationTask task, Found found) {
    task.checkNotCancelled();
    int dimension = found.vectors().isEmpty() ? 0 : found.vectors().get(0).length;
    QuantizationConfig config = found.spec().config();
    try (RequestMemory memory = RequestMemory.of(breakers, CreateCalibrationAction.NAME)) {
      memory.reserve(2 * found.vectors().size() * Sampled.bytes(dimension));
      if (CalibrationLearning.learnsTransform(config, dimension)) {
        memory.reserve(BYTES_PER_SQUARE * dimension * dimension);
      }
      Calibration learned =
          CalibrationLearning.learn(config, found.spaceType().similarity(), found.vectors());
      return CalibrationVersion.of(
          learned,
          found.spec(),
          found.spaceType(),
          found.index(),
          found.field(),
          threadPool.absoluteTimeInMillis());
    }
  }

  private void store(
      CalibrationTask task,
      CreateCalibrationRequest request,
      CalibrationVersion version,
      ActionListener<CalibrationResponse> listener) {
    task.checkNotCancelled();
    StoreCalibrationRequest store = new StoreCalibrationRequest(request.name(), version);
    store.timeout(request.ackTimeout());
    store.clusterManagerNodeTimeout(request.clusterManagerNodeTimeout());
    store.setParentTask(new TaskId(clusterService.localNode().getId(), task.getId()));
    client.execute(StoreCalibrationAction.INSTANCE, store, listener);
  }
}
