/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.file.FlatFiles;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.ScoreEstimate;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NIOFSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads indexes that earlier versions of the code wrote. A released version of the format stays
 * readable forever, and its golden indexes are never rewritten. No version is released before
 * 0.1.0: until then, {@link GoldenIndexTool} rewrites the indexes of version 0 when the file layout
 * or the codes change.
 */
class GoldenIndexTest {

  /**
   * Tolerance of scores: integer kernels are exact, but sums of floats depend on the width of
   * vector registers.
   */
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  private static final Path GOLDEN = goldenFolder();

  private static Path goldenFolder() {
    try {
      return Path.of(GoldenIndexTest.class.getResource("/golden").toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<Integer> versions() {
    return IntStream.rangeClosed(FlatFiles.VERSION_START, FlatFiles.VERSION_CURRENT).boxed();
  }

  /** Every golden index of every version. */
  static Stream<Arguments> goldens() {
    return versions()
        .flatMap(
            version ->
                GoldenIndex.all(version).stream().map(golden -> Arguments.of(version, golden)));
  }

  private static InputStream resource(int version, String file) throws IOException {
    Path path = GOLDEN.resolve(Integer.toString(version)).resolve(file);
    assertTrue(Files.exists(path), "there is no " + path + ", write it with GoldenIndexTool");
    return Files.newInputStream(path);
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  /** Every readable version has golden indexes, and all stored golden indexes are tested. */
  @Test
  void everyStoredIndexIsTested() throws IOException {
    assertEquals(versions().map(String::valueOf).collect(Collectors.toSet()), names(GOLDEN));
    for (int version : versions().toList()) {
      Set<String> expected = new HashSet<>();
      for (GoldenIndex golden : GoldenIndex.all(version)) {
        expected.add(golden.name() + ".zip");
        expected.add(golden.name() + ".txt");
      }
      assertEquals(expected, names(GOLDEN.resolve(Integer.toString(version))));
    }
  }

  private void expectVersion(int version) throws IOException {
    Set<String> found = new HashSet<>();
    for (String name : names(folder)) {
      byte[] file = Files.readAllBytes(folder.resolve(name));
      String codec = StoredFiles.codecName(file);
      if (codec != null && codec.startsWith(FlatFiles.codecName(""))) {
        assertEquals(version, StoredFiles.version(file), name);
        found.add(codec);
      }
    }
    assertTrue(found.contains(FlatFiles.codecName("Meta")), found::toString);
  }

  private void unzip(int version, GoldenIndex golden) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(resource(version, golden.name() + ".zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Files.copy(zip, folder.resolve(entry.getName()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void goldenIndexesReadAsExpected(int version, GoldenIndex golden) throws IOException {
    unzip(version, golden);
    expectVersion(version);
    List<String> expected;
    try (InputStream in = resource(version, golden.name() + ".txt")) {
      expected = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    try (Directory mapped = IndexFixtures.directory(folder);
        Directory plain = new NIOFSDirectory(folder)) {
      IndexFixtures.expectClean(mapped);
      for (Directory directory : List.of(mapped, plain)) {
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          expectLines(expected, golden.describe(reader));
          for (LeafReaderContext leaf : reader.leaves()) {
            if (golden.isExact()) {
              expectVectors(golden, leaf);
            }
            expectSearch(golden, leaf);
            expectBounds(golden, leaf);
          }
        }
      }
    }
  }

  private static void expectLines(List<String> expected, List<String> found) {
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      String[] expectedWords = expected.get(i).split(" ");
      String[] foundWords = found.get(i).split(" ");
      if (expectedWords[0].equals("segment")) {
        assertEquals(expected.get(i), found.get(i));
        continue;
      }
      assertEquals(expectedWords[0], foundWords[0]);
      assertEquals(expectedWords[1], foundWords[1]);
      assertEquals(expectedWords.length, foundWords.length);
      for (int word = 2; word < expectedWords.length; word++) {
        double number = Double.parseDouble(expectedWords[word]);
        // Terms of a vector's component can cancel out.
        double size = expectedWords[0].equals("vector") ? Math.max(1, Math.abs(number)) : number;
        assertEquals(
            number, Double.parseDouble(foundWords[word]), TOLERANCE * size, expected.get(i));
      }
    }
  }

  private static void expectVectors(GoldenIndex golden, LeafReaderContext leaf) throws IOException {
    float[][] vectors = golden.vectorsById();
    QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
    int[] ids = IndexFixtures.ids(leaf);
    assertTrue(ids.length > 0);
    for (int ord = 0; ord < ids.length; ord++) {
      assertArrayEquals(vectors[ids[ord]], values.vectorValue(ord), "vector of " + ids[ord]);
    }
  }

  private static void expectBounds(GoldenIndex golden, LeafReaderContext leaf) throws IOException {
    for (float[] query : golden.queries()) {
      var bounds = IndexFixtures.values(leaf).upperBoundScorer(query);
      for (int doc = bounds.iterator().nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = bounds.iterator().nextDoc()) {
        float rescored = IndexFixtures.values(leaf).rescore(query, new int[] {doc})[0];
        assertTrue(bounds.score() >= rescored && bounds.score() < Float.MAX_VALUE);
        ScoreEstimate estimate = IndexFixtures.values(leaf).estimate(query, doc);
        assertTrue(estimate.lower() <= rescored && rescored <= estimate.upper());
      }
    }
  }

  /** A search finds live documents with the scores that a scan gives them. */
  private static void expectSearch(GoldenIndex golden, LeafReaderContext context)
      throws IOException {
    LeafReader leaf = context.reader();
    float[] query = golden.queries()[0];
    TopKnnCollector collector = new TopKnnCollector(3, Integer.MAX_VALUE);
    leaf.searchNearestVectors(
        "v", query, collector, AcceptDocs.fromLiveDocs(leaf.getLiveDocs(), leaf.maxDoc()));
    ScoreDoc[] hits = collector.topDocs().scoreDocs;
    assertEquals(3, hits.length);
    Set<Integer> docs = new HashSet<>();
    for (ScoreDoc hit : hits) {
      assertTrue(docs.add(hit.doc));
      assertTrue(leaf.getLiveDocs() == null || leaf.getLiveDocs().get(hit.doc));
      var scorer = leaf.getFloatVectorValues("v").scorer(query);
      assertEquals(hit.doc, scorer.iterator().advance(hit.doc));
      assertEquals(scorer.score(), hit.score, TOLERANCE * hit.score);
    }
  }
}
