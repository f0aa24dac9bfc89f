/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration.store;

import io.quantvec.codec.config.CalibrationConfig;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterStateApplier;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.core.common.unit.ByteSizeValue;

/**
 * The stored calibrations as this node has them. It follows the cluster state before the node's
 * indexes do, so that a mapping never comes before the calibration that it refers to.
 *
 * <p>A circuit breaker of their own counts their memory. It refuses nothing: an accepted mapping
 * must keep working, and a calibration that does not fit is refused before it is stored.
 */
public final class NodeCalibrations implements ClusterStateApplier {

  /** The breaker, in the statistics of nodes. */
  public static final String BREAKER = "quantized_vector_calibrations";

  private static final Logger LOGGER = LogManager.getLogger(NodeCalibrations.class);

  private volatile CalibrationsMetadata stored = CalibrationsMetadata.EMPTY;
  private volatile CircuitBreaker breaker = new NoopCircuitBreaker(BREAKER);
  private long counted;
  private long heap;

  /**
   * Those that a mapping has asked for, by id. As what the codec calls them, whose id is dear to
   * compute, and mappings are read often. Guarded by itself.
   */
  private final Map<String, CalibrationConfig> inUse = new HashMap<>();

  /** Calibrations that cannot be read; each is logged once, not for every document. */
  private final Set<String> damaged = ConcurrentHashMap.newKeySet();

  /** Of a node that has not joined a cluster. */
  public NodeCalibrations() {}

  /** Counts with a breaker from here on. */
  public void countWith(CircuitBreaker nodeBreaker) {
    this.breaker = nodeBreaker;
  }

  /** What the breaker shows as its limit: the one that requests to store another are held to. */
  public void limitTo(ByteSizeValue limit) {
    breaker.setLimitAndOverhead(limit.getBytes(), 1);
  }

  @Override
  public void applyClusterState(ClusterChangedEvent event) {
    CalibrationsMetadata now = CalibrationsMetadata.of(event.state());
    if (now != stored) {
      apply(now);
    }
  }

  /**
   * Counts what calibrations of open segments take of the heap, beside the stored ones.
   *
   * @param bytes all of it, as of now
   */
  public synchronized void countHeap(long bytes) {
    breaker.addWithoutBreaking(bytes - heap);
    heap = bytes;
  }

  synchronized void apply(CalibrationsMetadata now) {
    stored = now;
    breaker.addWithoutBreaking(now.memory() - counted);
    counted = now.memory();
    Set<String> ids =
        now.byName().values().stream()
            .flatMap(named -> named.versions().stream())
            .map(CalibrationVersion::id)
            .collect(Collectors.toSet());
    synchronized (inUse) {
      inUse.keySet().retainAll(ids);
      damaged.retainAll(ids);
    }
  }

  /** The names that there are, in their order. */
  public Collection<String> names() {
    return stored.byName().keySet();
  }

  /**
   * The version that a mapping refers to.
   *
   * @param id null for the newest
   * @return null if there is none
   */
  public CalibrationVersion find(String name, String id) {
    NamedCalibration named = stored.byName().get(name);
    if (named == null) {
      return null;
    }
    return id == null ? named.newest() : named.version(id);
  }

  /**
   * What codes are encoded with. Read once and kept, for all fields and segments.
   *
   * @return null if the content cannot be read, which is logged
   */
  public CalibrationConfig content(CalibrationVersion version) {
    synchronized (inUse) {
      CalibrationConfig known = inUse.get(version.id());
      if (known == null) {
        if (damaged.contains(version.id())) {
          return null;
        }
        try {
          known = CalibrationConfig.frozen(version.calibration());
        } catch (IOException e) {
          damaged.add(version.id());
          LOGGER.error("the stored calibration [" + version.id() + "] is damaged", e);
          return null;
        }
        inUse.put(version.id(), known);
      }
      return known;
    }
  }
}
