/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.plugin.calibration.store.CalibrationVersion;
import io.quantvec.plugin.calibration.store.CalibrationsMetadata;
import io.quantvec.plugin.calibration.store.NamedCalibration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.clustermanager.TransportClusterManagerNodeAction;
import org.opensearch.cluster.AckedClusterStateUpdateTask;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Setting.Property;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.unit.ByteSizeValue;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Puts a calibration into the cluster state, and answers when all nodes have it. */
public final class TransportStoreCalibrationAction
    extends TransportClusterManagerNodeAction<StoreCalibrationRequest, CalibrationResponse> {

  /** The attribute of nodes that can read calibrations in a cluster state. */
  public static final String NODE_ATTRIBUTE = "quantized_vector";

  /** Nodes write the cluster state to disk as a whole, and send it to those that join. */
  private static final long MOST_BY_DEFAULT = 256L << 20;

  /**
   * What all calibrations may take on a node. A percentage is one of the cluster manager's heap.
   */
  public static final Setting<ByteSizeValue> MAX_BYTES =
      Setting.memorySizeSetting(
          "plugins.quantized_vector.calibrations.max_bytes",
          settings -> defaultLimit(),
          Property.NodeScope,
          Property.Dynamic);

  /** 5 % of the heap, but no more than a cluster state can carry. */
  private static String defaultLimit() {
    long limit = Math.min(Runtime.getRuntime().maxMemory() / 20, MOST_BY_DEFAULT);
    return new ByteSizeValue(limit).getStringRep();
  }

  /** Of a node. */
  @Inject
  public TransportStoreCalibrationAction(
      TransportService transportService,
      ClusterService clusterService,
      ThreadPool threadPool,
      ActionFilters actionFilters,
      IndexNameExpressionResolver resolver) {
    super(
        StoreCalibrationAction.NAME,
        transportService,
        clusterService,
        threadPool,
        actionFilters,
        StoreCalibrationRequest::new,
        resolver);
  }

  @Override
  protected String executor() {
    return ThreadPool.Names.SAME;
  }

  @Override
  protected CalibrationResponse read(StreamInput in) throws IOException {
    return new CalibrationResponse(in);
  }

  @Override
  protected ClusterBlockException checkBlock(StoreCalibrationRequest request, ClusterState state) {
    return state.blocks().globalBlockedException(ClusterBlockLevel.METADATA_WRITE);
  }

  @Override
  protected void clusterManagerOperation(
      StoreCalibrationRequest request,
      ClusterState state,
      ActionListener<CalibrationResponse> listener) {
    clusterService.submitStateUpdateTask(
        "store quantized vector calibration [" + request.name() + "]",
        new AckedClusterStateUpdateTask<CalibrationResponse>(request, listener) {

          private CalibrationVersion stored = request.version();
          private boolean isNew;

          @Override
          public ClusterState execute(ClusterState current) {
            CalibrationsMetadata all = CalibrationsMetadata.of(current);
            NamedCalibration named = all.byName().get(request.name());
            CalibrationVersion same = named == null ? null : named.version(stored.id());
            if (same != null) {
              // Of one content there is one version, with what mappings rely on.
              stored = same;
              return named.newest() == same
                  ? current
                  : all.with(request.name(), named.with(same)).in(current);
            }
            checkNodes(current);
            checkMemory(request.name(), stored, all, limit());
            isNew = true;
            return all.with(
                    request.name(),
                    named == null ? new NamedCalibration(List.of(stored)) : named.with(stored))
                .in(current);
          }

          @Override
          protected CalibrationResponse newResponse(boolean acknowledged) {
            return new CalibrationResponse(acknowledged, request.name(), isNew, stored);
          }
        });
  }

  private ByteSizeValue limit() {
    return clusterService.getClusterSettings().get(MAX_BYTES);
  }

  /** A node without the plugin could not read the cluster state and would leave the cluster. */
  public static void checkNodes(ClusterState state) {
    List<String> without = new ArrayList<>();
    for (DiscoveryNode node : state.nodes()) {
      if (!node.getAttributes().containsKey(NODE_ATTRIBUTE)) {
        without.add(node.getName());
      }
    }
    if (!without.isEmpty()) {
      throw new IllegalArgumentException(
          "calibrations can be stored only in a cluster all of whose nodes have the plugin"
              + " [quantvec], got the nodes "
              + without
              + " without it");
    }
  }

  public static void checkMemory(
      String name, CalibrationVersion version, CalibrationsMetadata all, ByteSizeValue limit) {
    if (all.memory() + version.memory() > limit.getBytes()) {
      throw new IllegalArgumentException(
          "the calibration ["
              + name
              + "] takes ["
              + new ByteSizeValue(version.memory())
              + "] on every node, and with ["
              + new ByteSizeValue(all.memory())
              + "] of those that are stored that is more than ["
              + MAX_BYTES.getKey()
              + "], which is ["
              + limit
              + "]; delete what is not used, or raise it");
    }
  }
}
