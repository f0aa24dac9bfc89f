/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.plugin.calibration.store.CalibrationsMetadata;
import io.quantvec.plugin.calibration.store.NamedCalibration;
import java.io.IOException;
import java.util.List;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.action.support.clustermanager.TransportClusterManagerNodeAction;
import org.opensearch.cluster.AckedClusterStateUpdateTask;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/**
 * Removes a calibration from the cluster state unless a mapping refers to it.
 *
 * <p>Mappings are resolved in the same queue of changes to the cluster state, and the cluster
 * manager has applied each change before it begins with the next: a mapping that names the
 * calibration is either in the state that this update reads, or is refused because the calibration
 * is gone.
 */
public final class TransportDeleteCalibrationAction
    extends TransportClusterManagerNodeAction<DeleteCalibrationRequest, AcknowledgedResponse> {

  /** More fields than this are counted in the error message, not named. */
  private static final int SHOWN_USES = 10;

  /** Of a node. */
  @Inject
  public TransportDeleteCalibrationAction(
      TransportService transportService,
      ClusterService clusterService,
      ThreadPool threadPool,
      ActionFilters actionFilters,
      IndexNameExpressionResolver resolver) {
    super(
        DeleteCalibrationAction.NAME,
        transportService,
        clusterService,
        threadPool,
        actionFilters,
        DeleteCalibrationRequest::new,
        resolver);
  }

  @Override
  protected String executor() {
    return ThreadPool.Names.SAME;
  }

  @Override
  protected AcknowledgedResponse read(StreamInput in) throws IOException {
    return new AcknowledgedResponse(in);
  }

  @Override
  protected ClusterBlockException checkBlock(DeleteCalibrationRequest request, ClusterState state) {
    return state.blocks().globalBlockedException(ClusterBlockLevel.METADATA_WRITE);
  }

  @Override
  protected void clusterManagerOperation(
      DeleteCalibrationRequest request,
      ClusterState state,
      ActionListener<AcknowledgedResponse> listener) {
    clusterService.submitStateUpdateTask(
        "delete quantized vector calibration [" + request.name() + "]",
        new AckedClusterStateUpdateTask<AcknowledgedResponse>(request, listener) {

          @Override
          public ClusterState execute(ClusterState current) {
            return without(request, current);
          }

          @Override
          protected AcknowledgedResponse newResponse(boolean acknowledged) {
            return new AcknowledgedResponse(acknowledged);
          }
        });
  }

  private static ClusterState without(DeleteCalibrationRequest request, ClusterState current) {
    CalibrationsMetadata all = CalibrationsMetadata.of(current);
    NamedCalibration named = all.byName().get(request.name());
    if (named == null || request.id() != null && named.version(request.id()) == null) {
      throw new ResourceNotFoundException(
          "no calibration is stored under [{}]{}",
          request.name(),
          request.id() == null ? "" : " with the id [" + request.id() + "]");
    }
    List<CalibrationUse> uses =
        CalibrationUse.in(current).stream()
            .filter(use -> use.name().equals(request.name()))
            .filter(use -> request.id() == null || use.id().equals(request.id()))
            .toList();
    if (!uses.isEmpty()) {
      throw new IllegalArgumentException(
          "the calibration ["
              + request.name()
              + "] is used by "
              + uses.subList(0, Math.min(SHOWN_USES, uses.size()))
              + (uses.size() > SHOWN_USES ? " and " + (uses.size() - SHOWN_USES) + " more" : "")
              + "; give these fields another one first, or delete the indexes");
    }
    return all.with(request.name(), request.id() == null ? null : named.without(request.id()))
        .in(current);
  }
}
