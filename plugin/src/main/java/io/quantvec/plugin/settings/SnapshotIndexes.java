/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.settings;

import static org.opensearch.common.util.IndexUtils.filterIndices;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.opensearch.action.admin.cluster.snapshots.restore.RestoreSnapshotRequest;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.cluster.metadata.DataStream;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.core.action.ActionListener;
import org.opensearch.repositories.IndexId;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.repositories.Repository;
import org.opensearch.repositories.RepositoryData;
import org.opensearch.snapshots.SnapshotId;
import org.opensearch.snapshots.SnapshotInfo;
import org.opensearch.snapshots.SnapshotMissingException;

/** Reads the metadata of the indexes that a request restores, named as the platform resolves it. */
final class SnapshotIndexes {

  private SnapshotIndexes() {}

  /**
   * Reads from the repository, so not on a transport thread.
   *
   * @param each told of every index
   * @param done called after the last index
   * @param failed called instead of done if anything cannot be read
   */
  static void read(
      RepositoriesService repositories,
      RestoreSnapshotRequest request,
      Consumer<IndexMetadata> each,
      Runnable done,
      Consumer<Exception> failed) {
    try {
      Repository repository = repositories.repository(request.repository());
      repository.getRepositoryData(
          new ActionListener<>() {
            @Override
            public void onResponse(RepositoryData data) {
              try {
                read(repository, data, request, each);
              } catch (IOException | RuntimeException e) {
                failed.accept(e);
                return;
              }
              done.run();
            }

            @Override
            public void onFailure(Exception e) {
              failed.accept(e);
            }
          });
    } catch (RuntimeException e) {
      failed.accept(e);
    }
  }

  private static void read(
      Repository repository,
      RepositoryData data,
      RestoreSnapshotRequest request,
      Consumer<IndexMetadata> each)
      throws IOException {
    SnapshotId snapshot =
        data.getSnapshotIds().stream()
            .filter(id -> id.getName().equals(request.snapshot()))
            .findFirst()
            .orElseThrow(
                () -> new SnapshotMissingException(request.repository(), request.snapshot()));
    SnapshotInfo info = repository.getSnapshotInfo(snapshot);
    List<String> names =
        filterIndices(
            info.indices(),
            withDataStreams(repository, snapshot, info, request.indices()).toArray(new String[0]),
            request.indicesOptions());
    for (IndexId index : data.resolveIndices(names)) {
      each.accept(repository.getSnapshotIndexMetaData(data, snapshot, index));
    }
  }

  /** The request's names, with the indexes of data streams in the place of those. */
  private static List<String> withDataStreams(
      Repository repository, SnapshotId snapshot, SnapshotInfo info, String[] requested) {
    List<String> names = new ArrayList<>(Arrays.asList(requested));
    List<String> streams =
        filterIndices(
            info.dataStreams(), requested, IndicesOptions.fromOptions(true, true, true, true));
    if (streams.isEmpty()) {
      return names;
    }
    Map<String, DataStream> known = repository.getSnapshotGlobalMetadata(snapshot).dataStreams();
    names.removeAll(streams);
    for (String stream : streams) {
      known.get(stream).getIndices().forEach(index -> names.add(index.getName()));
    }
    return names;
  }
}
