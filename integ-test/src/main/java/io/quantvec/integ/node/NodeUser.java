/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The user of a node. OpenSearch refuses to run as root, so this is {@code nobody} if the caller is
 * root, and the caller otherwise.
 */
final class NodeUser {

  private static final String UNPRIVILEGED = "nobody";

  /** Null if the node runs as the caller. */
  private final int[] ids;

  private NodeUser(int[] ids) {
    this.ids = ids;
  }

  /**
   * @param ownFile a file that the caller has just created; its owner is the caller
   */
  static NodeUser forOwnerOf(Path ownFile) throws IOException {
    if ((int) Files.getAttribute(ownFile, "unix:uid") != 0) {
      return new NodeUser(null);
    }
    return new NodeUser(new int[] {idOf("-u"), idOf("-g")});
  }

  private static int idOf(String option) throws IOException {
    Process id = new ProcessBuilder("id", option, UNPRIVILEGED).redirectErrorStream(true).start();
    String output = new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      return Integer.parseInt(output);
    } catch (NumberFormatException e) {
      throw new IOException(
          "OpenSearch does not run as root, and there is no user "
              + UNPRIVILEGED
              + " to run it as: "
              + output,
          e);
    }
  }

  /** Returns whether the node's user is not the caller. */
  boolean isOther() {
    return ids != null;
  }

  /**
   * The command that runs as this user. {@code setpriv} replaces itself with the command, so the
   * process id is the command's.
   */
  List<String> command(List<String> command) {
    if (ids == null) {
      return command;
    }
    List<String> all =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + ids[0], "--regid=" + ids[1], "--clear-groups"));
    all.addAll(command);
    return all;
  }

  /** Returns whether this user can read a file or folder. */
  boolean canRead(Path path) throws IOException {
    if (ids == null) {
      return Files.isReadable(path);
    }
    Process test =
        new ProcessBuilder(command(Arrays.asList("test", "-r", path.toString()))).start();
    try {
      return test.waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Makes this user the owner of a tree of files. */
  void own(Path tree) throws IOException {
    if (ids == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.setAttribute(file, "unix:uid", ids[0]);
        Files.setAttribute(file, "unix:gid", ids[1]);
      }
    }
  }
}
