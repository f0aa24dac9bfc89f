/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.file.FlatFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.SegmentInfoFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;

/**
 * Writes the golden indexes that {@link GoldenIndexTest} reads: for each index a zip archive of its
 * files and a text with the expected results. Two runs write equal bytes, except for the times of
 * learning of calibrations. Run it by hand from the root of the project. Replace {@code 0} by the
 * current version of the format, which is the only version that the code can write:
 *
 * <pre>
 * mvn -q -B test-compile exec:exec -pl codec -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="--add-modules jdk.incubator.vector -cp %classpath \
 *     io.quantvec.codec.GoldenIndexTool src/test/resources/golden/0"
 * </pre>
 */
final class GoldenIndexTool {

  /** Fixed time stamp, so that every run writes the same bytes. */
  private static final String SEED = "5EED";

  private GoldenIndexTool() {}

  /**
   * @param args the folder to write to, whose golden indexes are replaced
   */
  public static void main(String[] args) throws IOException {
    // Seed of the ids of segments; must be set before Lucene's classes are loaded.
    System.setProperty("tests.seed", SEED);
    Path folder = Path.of(args[0]);
    int version = Integer.parseInt(folder.getFileName().toString());
    if (version != FlatFiles.VERSION_CURRENT) {
      throw new IllegalArgumentException(
          "expected a folder of version " + FlatFiles.VERSION_CURRENT + ", got " + folder);
    }
    Files.createDirectories(folder);
    try (Stream<Path> old = Files.list(folder)) {
      for (Path file : old.filter(f -> f.toString().matches(".*\\.(zip|txt)")).toList()) {
        Files.delete(file);
      }
    }
    for (GoldenIndex golden : GoldenIndex.all(version)) {
      Path temporary = Files.createTempDirectory("golden");
      try (Directory directory = IndexFixtures.directory(temporary)) {
        write(golden, directory);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          Files.write(folder.resolve(golden.name() + ".txt"), golden.describe(reader));
        }
      }
      zip(temporary, folder.resolve(golden.name() + ".zip"));
      try (Stream<Path> files = Files.walk(temporary)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void write(GoldenIndex golden, Directory directory) throws IOException {
    float[][] vectors = golden.vectorsById();
    int first = vectors.length * 3 / 4;
    boolean eventful = golden.life() == GoldenIndex.Life.EVENTFUL;
    int last = eventful ? vectors.length * 7 / 8 : vectors.length;
    add(golden, directory, vectors, 0, first);
    try (DirectoryReader open = DirectoryReader.open(directory)) {
      add(golden, directory, vectors, first, last);
      if (eventful) {
        delete(golden, directory, 7);
      }
      if (golden.life() != GoldenIndex.Life.FLUSHED) {
        try (IndexWriter writer =
            new IndexWriter(directory, config(golden).setMergePolicy(new LogDocMergePolicy()))) {
          writer.forceMerge(1);
        }
      }
      if (eventful) {
        add(golden, directory, vectors, last, vectors.length);
        delete(golden, directory, 11);
      }
      // Segments inherit calibrations of open segments, so keep the first segment open.
      if (open.numDocs() != first) {
        throw new AssertionError("expected the first segment to contain the written vectors");
      }
    }
  }

  private static void add(
      GoldenIndex golden, Directory directory, float[][] vectors, int from, int to)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config(golden))) {
      for (int id = from; id < to; id++) {
        writer.addDocument(IndexFixtures.document(id, vectors[id], golden.similarity()));
      }
    }
  }

  private static void delete(GoldenIndex golden, Directory directory, int every)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config(golden))) {
      for (int id = every - 1; id < golden.vectors(); id += every) {
        writer.deleteDocuments(new Term("key", Integer.toString(id)));
      }
    }
  }

  private static IndexWriterConfig config(GoldenIndex golden) {
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(new GoldenCodec(golden))
            .setUseCompoundFile(false)
            .setMergePolicy(NoMergePolicy.INSTANCE)
            .setMergeScheduler(new SerialMergeScheduler());
    return golden.life() == GoldenIndex.Life.EVENTFUL
        ? config.setIndexSort(new Sort(new SortField("rank", SortField.Type.LONG)))
        : config;
  }

  /**
   * Lucene's codec, so that any reader can open the index, without data that differs between two
   * runs.
   */
  private static final class GoldenCodec extends FilterCodec {

    private final KnnVectorsFormat vectors;

    GoldenCodec(GoldenIndex golden) {
      super("Lucene104", new Lucene104Codec());
      KnnVectorsFormat format =
          golden.life() == GoldenIndex.Life.GRAPH
              ? new QuantizedHnswVectorsFormat(golden.config(), 8, 32, 1, null, 0)
              : new QuantizedFlatVectorsFormat(golden.config());
      this.vectors =
          new PerFieldKnnVectorsFormat() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
              return format;
            }
          };
    }

    @Override
    public KnnVectorsFormat knnVectorsFormat() {
      return vectors;
    }

    @Override
    public SegmentInfoFormat segmentInfoFormat() {
      return new PlainSegmentInfoFormat(delegate);
    }
  }

  /** Omits the time and the machine. */
  private static final class PlainSegmentInfoFormat extends SegmentInfoFormat {

    private final Codec codec;

    PlainSegmentInfoFormat(Codec codec) {
      this.codec = codec;
    }

    @Override
    public SegmentInfo read(Directory directory, String name, byte[] id, IOContext context)
        throws IOException {
      return codec.segmentInfoFormat().read(directory, name, id, context);
    }

    @Override
    public void write(Directory directory, SegmentInfo info, IOContext context) throws IOException {
      SegmentInfo plain =
          new SegmentInfo(
              FilterDirectory.unwrap(info.dir),
              info.getVersion(),
              info.getMinVersion(),
              info.name,
              info.maxDoc(),
              info.getUseCompoundFile(),
              info.getHasBlocks(),
              info.getCodec(),
              Map.of("source", "golden"),
              info.getId(),
              info.getAttributes(),
              info.getIndexSort());
      plain.setFiles(info.files());
      codec.segmentInfoFormat().write(directory, plain, context);
      info.addFile(IndexFileNames.segmentFileName(info.name, "", "si"));
    }
  }

  private static void zip(Path folder, Path archive) throws IOException {
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(9);
      List<Path> files;
      try (Stream<Path> all = Files.list(folder)) {
        files = all.filter(f -> !f.endsWith("write.lock")).sorted().toList();
      }
      for (Path file : files) {
        ZipEntry entry = new ZipEntry(file.getFileName().toString());
        // A local time gives equal bytes in every time zone.
        entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        zip.write(Files.readAllBytes(file));
        zip.closeEntry();
      }
    }
  }
}
