/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The bytes of a segment on disk, from the sizes of its files.
 *
 * @param codes the codes with their correction terms, which a search reads before it rescores
 * @param rerank the rerank copy
 * @param graph the neighbor lists of the graph
 * @param all all files, including documents and terms
 */
public record SegmentBytes(long codes, long rerank, long graph, long all) {

  /**
   * Reads the sizes of a segment's files.
   *
   * @param dataPath the node's data folder
   * @param uuid the id of the index, which is the name of its folder
   * @param segment the name of the segment, with which the names of its files begin
   * @throws DemoFailure if there are no files, or no files with codes
   */
  public static SegmentBytes read(Path dataPath, String uuid, String segment) {
    List<Path> files;
    try (Stream<Path> all = Files.walk(dataPath)) {
      files =
          all.filter(file -> file.getParent().endsWith(Path.of(uuid, "0", "index")))
              .filter(file -> file.getFileName().toString().matches(segment + "[_.].*"))
              .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DemoFailure("The node's files in " + dataPath + " cannot be read: " + e, e);
    }
    SegmentBytes bytes =
        new SegmentBytes(
            size(files, ".qvc"), size(files, ".qvr"), size(files, ".vex"), size(files, ""));
    if (bytes.codes == 0) {
      throw new DemoFailure(
          "Segment "
              + segment
              + " has no file of codes (.qvc), but "
              + files.stream().map(Path::getFileName).sorted().toList());
    }
    return bytes;
  }

  private static long size(List<Path> files, String extension) {
    long size = 0;
    for (Path file : files) {
      if (file.toString().endsWith(extension)) {
        try {
          size += Files.size(file);
        } catch (IOException e) {
          throw new DemoFailure("The size of " + file + " cannot be read: " + e, e);
        }
      }
    }
    return size;
  }
}
