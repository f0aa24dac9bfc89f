/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The home of a node: its own copy of the distribution, and its configuration, data and logs. */
final class NodeHome {

  private final Path root;
  private final NodeUser user;

  private NodeHome(Path root, NodeUser user) {
    this.root = root;
    this.user = user;
  }

  /** Creates an empty home that the node's user can reach. */
  static NodeHome create(Path workDir) throws IOException {
    Path tmp = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    Path root = createIn(workDir == null ? tmp : Files.createDirectories(workDir.toAbsolutePath()));
    NodeUser user = NodeUser.forOwnerOf(root);
    if (user.isOther()) {
      root = open(root);
      if (!user.canRead(root)) {
        Files.delete(root);
        root = open(createIn(tmp));
        if (!user.canRead(root)) {
          Files.delete(root);
          throw new IOException("the node's user cannot reach any folder under " + tmp);
        }
      }
    }
    return new NodeHome(root, user);
  }

  private static Path createIn(Path parent) throws IOException {
    return Files.createTempDirectory(parent, "quantvec-node-");
  }

  private static Path open(Path dir) throws IOException {
    return Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path root() {
    return root;
  }

  NodeUser user() {
    return user;
  }

  Path data() {
    return root.resolve("data");
  }

  Path config() {
    return root.resolve("config");
  }

  Path logs() {
    return root.resolve("logs");
  }

  Path log() {
    return logs().resolve("node.log");
  }

  private Path snapshots() {
    return root.resolve("snapshots");
  }

  boolean hasPlugins() throws IOException {
    try (Stream<Path> plugins = Files.list(root.resolve("plugins"))) {
      return plugins.findAny().isPresent();
    }
  }

  Path tmp() {
    return root.resolve("tmp");
  }

  /** Returns the file into which OpenSearch writes its HTTP addresses once it serves them. */
  Path httpPorts() {
    return logs().resolve("http.ports");
  }

  /** Returns the same file for the addresses at which other nodes reach this node. */
  Path transportPorts() {
    return logs().resolve("transport.ports");
  }

  void fill(NodeOptions options) throws IOException {
    for (String part : List.of("agent", "config", "lib", "modules", "plugins")) {
      if (Files.isDirectory(options.distribution().resolve(part))) {
        copy(options.distribution().resolve(part), root.resolve(part));
      }
    }
    for (Path dir :
        List.of(root.resolve("bin"), root.resolve("plugins"), data(), logs(), snapshots(), tmp())) {
      Files.createDirectories(dir);
    }
    Map<String, String> settings = new TreeMap<>();
    settings.put("cluster.name", "quantvec");
    settings.put("node.name", "quantvec");
    settings.put("network.host", "127.0.0.1");
    settings.put("http.port", Integer.toString(options.httpPort()));
    settings.put("transport.port", "0");
    settings.put("discovery.type", "single-node");
    settings.put("node.portsfile", "true");
    // A temporary node must not refuse an index because the disk is nearly full.
    settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
    settings.put("path.data", data().toString());
    settings.put("path.logs", logs().toString());
    // Snapshot repositories must be in this folder.
    settings.put("path.repo", snapshots().toString());
    settings.putAll(options.settings());
    StringBuilder lines = new StringBuilder();
    settings.forEach((key, value) -> lines.append(key + ": \"" + value + "\"\n"));
    Files.writeString(config().resolve("opensearch.yml"), lines);
  }

  /** Gives the node's user the folders that the node writes to. The node only reads the others. */
  void handOver() throws IOException {
    if (!user.isOther()) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            open(dir);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            return FileVisitResult.CONTINUE;
          }
        });
    for (Path dir : List.of(config(), data(), logs(), snapshots(), tmp())) {
      user.own(dir);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(dir).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                file,
                to.resolve(from.relativize(file).toString()),
                StandardCopyOption.REPLACE_EXISTING);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Removes the home, if it exists. */
  void delete() throws IOException {
    if (Files.notExists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
