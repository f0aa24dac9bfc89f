/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.segments;

import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.index.GraphSettings;
import io.quantvec.benchmark.index.IndexWriting;
import io.quantvec.benchmark.index.LuceneIndex;
import io.quantvec.benchmark.index.Rescoring;
import io.quantvec.benchmark.settings.SearchSettings;
import io.quantvec.benchmark.settings.Settings;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.config.QuantizationConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.MultiDocValues;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * Measures the recall of a graph that goes through many merges. A generation updates a tenth of the
 * documents, drawn at random, and merges all segments into one, whose graph grows out of the
 * earlier graphs. An update gives a document the same vector, so that the true neighbors stay the
 * same. All generations are compared with generation 0, which no deletion has touched.
 *
 * <p>System properties: {@code benchmark.data}, {@code benchmark.sets}, {@code benchmark.vectors},
 * {@code benchmark.queries} and {@code benchmark.csv} as in {@link SearchSettings}, and {@code
 * benchmark.rounds}: generations; default: 50. The index has the mapping's default precision.
 */
public final class GenerationsBenchmark {

  private static final int GENERATIONS = 50;

  /** One of this number of documents is updated. */
  private static final int SHARE = 10;

  private static final int SEGMENTS = 4;
  private static final int QUERIES = 1_000;
  private static final int[] EFS = {20, 50, 100};
  private static final String ID = "id";

  private final SearchSettings settings;
  private final int generations;
  private final PrintStream out;

  /**
   * @param generations to measure, at least 1
   * @param out where the table is printed
   */
  GenerationsBenchmark(SearchSettings settings, int generations, PrintStream out) {
    this.settings = settings;
    this.generations = generations;
    this.out = out;
  }

  /** Runs the benchmark with the settings of the system properties. */
  public static void main(String[] args) throws IOException {
    SearchSettings settings = SearchSettings.ofProperties();
    int generations = Settings.number("benchmark.rounds", GENERATIONS);
    List<String> csv = new GenerationsBenchmark(settings, generations, System.out).run();
    settings.write(csv);
  }

  /** Measures every data set and returns headings and lines of comma-separated values. */
  List<String> run() throws IOException {
    return settings.measureSets(
        "data,generation,ef,recall,fresh,merge_seconds",
        name -> measure(settings.read(name, QUERIES)));
  }

  private List<String> measure(DataSet data) throws IOException {
    out.printf(
        Locale.ROOT,
        "%n%s: %,d vectors, %d dimensions, %d generations of 1/%d updates; recall@%d at ef, minus"
            + " that of generation 0%n%-11s",
        data.name(),
        data.base().size(),
        data.dimension(),
        generations,
        SHARE,
        DataSet.K,
        "generation");
    for (int ef : EFS) {
      out.printf(Locale.ROOT, "%18d", ef);
    }
    out.println("      merge s");
    FieldType type = new FieldType();
    type.setVectorAttributes(data.dimension(), VectorEncoding.FLOAT32, data.similarity());
    type.freeze();
    QuantizedHnswVectorsFormat format =
        new QuantizedHnswVectorsFormat(
            QuantizationConfig.DEFAULT,
            GraphSettings.M,
            GraphSettings.EF_CONSTRUCTION,
            1,
            null,
            QuantizedHnswVectorsFormat.ALWAYS_GRAPH);
    int size = data.base().size();
    int buffered = Math.max(2, (size + SEGMENTS - 1) / SEGMENTS);
    SplittableRandom random = new SplittableRandom(1);
    double[] fresh = new double[EFS.length];
    List<String> csv = new ArrayList<>();
    Path folder = Files.createTempDirectory(settings.work(), "generations");
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer = new IndexWriter(directory, IndexWriting.config(format, buffered))) {
      for (int id = 0; id < size; id++) {
        writer.addDocument(document(id, data.base().get(id), type));
      }
      for (int generation = 0; generation <= generations; generation++) {
        boolean first = generation == 0;
        for (int update = 0; !first && update < size / SHARE; update++) {
          int id = random.nextInt(size);
          writer.updateDocument(
              new Term(ID, Integer.toString(id)), document(id, data.base().get(id), type));
        }
        writer.flush();
        long start = System.nanoTime();
        writer.forceMerge(1);
        double seconds = (System.nanoTime() - start) / 1e9;
        writer.commit();
        out.printf("%-11d", generation);
        for (int e = 0; e < EFS.length; e++) {
          double recall = recall(writer, data, EFS[e]);
          fresh[e] = first ? recall : fresh[e];
          out.printf(Locale.ROOT, "    %.4f %+.4f", recall, recall - fresh[e]);
          csv.add(
              String.format(
                  Locale.ROOT,
                  "%s,%d,%d,%.4f,%.4f,%.2f",
                  data.name(),
                  generation,
                  EFS[e],
                  recall,
                  fresh[e],
                  seconds));
        }
        out.printf(Locale.ROOT, "    %.1f%n", seconds);
      }
    } finally {
      IOUtils.rm(folder);
    }
    return csv;
  }

  private static Document document(int id, float[] vector, FieldType type) {
    Document document = new Document();
    document.add(new StringField(ID, Integer.toString(id), Field.Store.NO));
    document.add(new NumericDocValuesField(ID, id));
    document.add(new KnnFloatVectorField(LuceneIndex.FIELD, vector, type));
    return document;
  }

  private static double recall(IndexWriter writer, DataSet data, int ef) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      int[] ids = ids(reader);
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setQueryCache(null);
      long found = 0;
      for (int q = 0; q < data.queries().length; q++) {
        ScoreDoc[] hits = Rescoring.QUANTVEC.search(searcher, data.queries()[q], ef).scoreDocs;
        for (ScoreDoc hit : hits) {
          found += data.isNearest(q, ids[hit.doc]) ? 1 : 0;
        }
      }
      return (double) found / data.queries().length / DataSet.K;
    }
  }

  private static int[] ids(DirectoryReader reader) throws IOException {
    NumericDocValues values = MultiDocValues.getNumericValues(reader, ID);
    int[] ids = new int[reader.maxDoc()];
    for (int doc = values.nextDoc(); doc != NumericDocValues.NO_MORE_DOCS; doc = values.nextDoc()) {
      ids[doc] = (int) values.longValue();
    }
    return ids;
  }
}
