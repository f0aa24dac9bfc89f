/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.plugin.calibration.store.CalibrationsMetadata;
import io.quantvec.plugin.calibration.store.NodeCalibrations;
import java.util.List;
import org.opensearch.action.ActionRequest;
import org.opensearch.cluster.NamedDiff;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.ParseField;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.indices.breaker.BreakerSettings;
import org.opensearch.plugins.ActionPlugin.ActionHandler;
import org.opensearch.rest.RestHandler;
import org.opensearch.threadpool.ExecutorBuilder;
import org.opensearch.threadpool.FixedExecutorBuilder;

/** Registers the requests, thread pool and cluster state of stored calibrations. */
public final class Calibrations {

  /** Each is one request's: more would only wait for the same core. */
  private static final int WAITING = 20;

  private Calibrations() {}

  /** The calls inside the cluster. */
  public static List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> actions() {
    return List.of(
        new ActionHandler<>(
            CreateCalibrationAction.INSTANCE, TransportCreateCalibrationAction.class),
        new ActionHandler<>(StoreCalibrationAction.INSTANCE, TransportStoreCalibrationAction.class),
        new ActionHandler<>(GetCalibrationsAction.INSTANCE, TransportGetCalibrationsAction.class),
        new ActionHandler<>(
            DeleteCalibrationAction.INSTANCE, TransportDeleteCalibrationAction.class));
  }

  /** The calls of clients. */
  public static List<RestHandler> restHandlers() {
    return List.of(
        new RestCreateCalibrationAction(),
        new RestGetCalibrationsAction(),
        new RestDeleteCalibrationAction());
  }

  /** How nodes send each other the stored calibrations. */
  public static List<NamedWriteableRegistry.Entry> namedWriteables() {
    return List.of(
        new NamedWriteableRegistry.Entry(
            Metadata.Custom.class, CalibrationsMetadata.TYPE, CalibrationsMetadata::new),
        new NamedWriteableRegistry.Entry(
            NamedDiff.class, CalibrationsMetadata.TYPE, CalibrationsMetadata::readDiffFrom));
  }

  /** How the stored calibrations are written to disk and to snapshots. */
  public static List<NamedXContentRegistry.Entry> namedXContents() {
    return List.of(
        new NamedXContentRegistry.Entry(
            Metadata.Custom.class,
            new ParseField(CalibrationsMetadata.TYPE),
            CalibrationsMetadata::fromXContent));
  }

  /** The thread pool on which a node learns calibrations. */
  public static List<ExecutorBuilder<?>> executors(Settings settings) {
    return List.of(
        new FixedExecutorBuilder(
            settings,
            TransportCreateCalibrationAction.POOL,
            1,
            WAITING,
            "thread_pool." + TransportCreateCalibrationAction.POOL));
  }

  /** The breaker that counts what they take on the node. */
  public static BreakerSettings breaker(Settings settings) {
    return new BreakerSettings(
        NodeCalibrations.BREAKER,
        TransportStoreCalibrationAction.MAX_BYTES.get(settings).getBytes(),
        1);
  }
}
