/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.admin.cluster.snapshots.restore.RestoreSnapshotRequest;
import org.opensearch.action.admin.indices.shrink.ResizeRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;

/**
 * Refuses to restore, clone, split or shrink an index into one that lacks the {@link KeptSettings}.
 * The platform asks no plugin for the settings of such an index, and its own check for settings
 * that a restore may not change answers 500.
 */
public final class KeptSettingsFilter implements ActionFilter {

  private final ClusterService clusterService;
  private final ThreadPool threadPool;
  private final IndexNameExpressionResolver names;
  private final Supplier<RepositoriesService> repositories;
  private final QuantvecLimits limits;

  /**
   * @param repositories known after the node's services were made
   */
  public KeptSettingsFilter(
      ClusterService clusterService,
      ThreadPool threadPool,
      IndexNameExpressionResolver names,
      Supplier<RepositoriesService> repositories,
      QuantvecLimits limits) {
    this.clusterService = clusterService;
    this.threadPool = threadPool;
    this.names = names;
    this.repositories = repositories;
    this.limits = limits;
  }

  /** Behind all others: who may not restore is told that first. */
  @Override
  public int order() {
    return Integer.MAX_VALUE;
  }

  @Override
  public <Q extends ActionRequest, R extends ActionResponse> void apply(
      Task task,
      String action,
      Q request,
      ActionRequestMetadata<Q, R> metadata,
      ActionListener<R> listener,
      ActionFilterChain<Q, R> chain) {
    if (request instanceof RestoreSnapshotRequest restore && isToBeChecked(restore)) {
      threadPool
          .generic()
          .execute(
              () ->
                  settingsInSnapshot(
                      restore,
                      indexes -> {
                        try {
                          checkRestore(restore, indexes);
                        } catch (IllegalArgumentException e) {
                          listener.onFailure(e);
                          return;
                        }
                        chain.proceed(task, action, request, listener);
                      },
                      // The platform meets the same failure and reports it.
                      failure -> chain.proceed(task, action, request, listener)));
      return;
    }
    if (request instanceof ResizeRequest resize) {
      try {
        checkResize(resize);
      } catch (IllegalArgumentException e) {
        listener.onFailure(e);
        return;
      }
    }
    chain.proceed(task, action, request, listener);
  }

  private void checkResize(ResizeRequest request) {
    String source = names.resolveDateMathExpression(request.getSourceIndex());
    IndexMetadata index = clusterService.state().metadata().index(source);
    if (index == null) {
      return;
    }
    Settings before = index.getSettings();
    Settings given = KeptSettings.normalized(request.getTargetIndexRequest().settings());
    Settings after = KeptSettings.after(before, given);
    KeptSettings.check(source, before, after);
    if (KeptSettings.isGained(before, after) && limits.isDimensionLowered()) {
      throw new IllegalArgumentException(
          limits.dimensionProblem(source)
              + "; create an index with ["
              + QuantvecSettings.INDEX_QUANTIZED_VECTOR.getKey()
              + ": true] and [_reindex] into it");
    }
  }

  /** A request arrives at the elected node in the end, which knows all repositories. */
  private boolean isToBeChecked(RestoreSnapshotRequest request) {
    return KeptSettings.concerns(
            KeptSettings.normalized(request.indexSettings()), request.ignoreIndexSettings())
        && clusterService.state().nodes().isLocalNodeElectedClusterManager();
  }

  private void settingsInSnapshot(
      RestoreSnapshotRequest request,
      Consumer<Map<String, Settings>> found,
      Consumer<Exception> failed) {
    Map<String, Settings> settings = new LinkedHashMap<>();
    SnapshotIndexes.read(
        repositories.get(),
        request,
        index -> settings.put(index.getIndex().getName(), index.getSettings()),
        () -> found.accept(settings),
        failed);
  }

  private void checkRestore(RestoreSnapshotRequest request, Map<String, Settings> indexes) {
    Settings given = KeptSettings.normalized(request.indexSettings());
    boolean gained = false;
    boolean kept = false;
    String first = null;
    for (Map.Entry<String, Settings> index : indexes.entrySet()) {
      Settings before = index.getValue();
      Settings after = KeptSettings.after(before, given, request.ignoreIndexSettings());
      KeptSettings.check(index.getKey(), before, after);
      kept |= QuantvecSettings.takesQuantizedVectors(before);
      if (KeptSettings.isGained(before, after)) {
        gained = true;
        first = first == null ? index.getKey() : first;
      }
    }
    if (!gained || !limits.isDimensionLowered()) {
      return;
    }
    if (kept) {
      throw new IllegalArgumentException(
          limits.dimensionProblem(first)
              + " while other indexes of the same request keep theirs; restore indexes with and"
              + " without the setting in separate requests");
    }
    request.indexSettings(limits.withDimension(given));
  }
}
