/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.plugin.calibration.store.CalibrationsMetadata;
import io.quantvec.plugin.calibration.store.NamedCalibration;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.regex.Regex;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Reads the cluster state of the node that was asked. */
public final class TransportGetCalibrationsAction
    extends HandledTransportAction<GetCalibrationsRequest, GetCalibrationsResponse> {

  private final ClusterService clusterService;
  private final ThreadPool threadPool;

  /** Of a node. */
  @Inject
  public TransportGetCalibrationsAction(
      TransportService transportService,
      ClusterService clusterService,
      ThreadPool threadPool,
      ActionFilters actionFilters) {
    super(GetCalibrationsAction.NAME, transportService, actionFilters, GetCalibrationsRequest::new);
    this.clusterService = clusterService;
    this.threadPool = threadPool;
  }

  /** Not on a network thread, because it reads all mappings. */
  @Override
  protected void doExecute(
      Task task, GetCalibrationsRequest request, ActionListener<GetCalibrationsResponse> listener) {
    threadPool
        .executor(ThreadPool.Names.MANAGEMENT)
        .execute(ActionRunnable.supply(listener, () -> find(request, clusterService.state())));
  }

  private static GetCalibrationsResponse find(GetCalibrationsRequest request, ClusterState state) {
    Map<String, NamedCalibration> all = CalibrationsMetadata.of(state).byName();
    Map<String, NamedCalibration> found = new TreeMap<>();
    for (String name : request.names().length == 0 ? new String[] {"*"} : request.names()) {
      if (!Regex.isSimpleMatchPattern(name) && !all.containsKey(name)) {
        throw new ResourceNotFoundException("no calibration is stored under [{}]", name);
      }
      all.forEach(
          (known, named) -> {
            if (Regex.simpleMatch(name, known)) {
              found.put(known, named);
            }
          });
    }
    return new GetCalibrationsResponse(found, CalibrationUse.in(state));
  }
}
