/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.file.DataFile;
import io.quantvec.codec.file.FileBody;
import io.quantvec.codec.file.FlatFiles;
import io.quantvec.codec.file.SegmentMetadata;
import io.quantvec.codec.file.SequentialInputs;
import io.quantvec.codec.simd.RecordReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsReader;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.FileDataHint;
import org.apache.lucene.store.FileTypeHint;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.RamUsageEstimator;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/** Reads the files of {@link io.quantvec.codec.QuantizedFlatVectorsFormat}. */
public final class QuantizedFlatVectorsReader extends FlatVectorsReader {

  private static final long SHALLOW_RAM_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(QuantizedFlatVectorsReader.class);

  /** Vectors scored between two calls of the collector, as in Lucene's own flat scans. */
  private static final int SCAN_BATCH = 64;

  /** The names under which Lucene's own formats report codes and full vectors. */
  private static final String LUCENE_QUANTIZED_KEY = "veq";

  private static final String LUCENE_RAW_KEY = "vec";

  /** Graph searches and rescoring jump between records. Merges have inputs of their own. */
  private static final IOContext RANDOM_ACCESS =
      IOContext.DEFAULT.withHints(
          FileTypeHint.DATA, FileDataHint.KNN_VECTORS, DataAccessHint.RANDOM);

  private final SegmentReadState state;
  private final FieldInfos fieldInfos;
  private final Map<String, QuantizedField> fields = new HashMap<>();
  private final Map<DataFile, IndexInput> data = new EnumMap<>(DataFile.class);

  /** Null if the segment has no field of byte vectors. */
  private ByteVectorFields byteVectors;

  /** Null until a merge asks for it; shared by later merges, as no merge closes its instance. */
  private QuantizedFlatVectorsReader mergeInstance;

  /** Closed with this reader, not with the merge instance. */
  private SequentialInputs mergeInputs;

  public QuantizedFlatVectorsReader(SegmentReadState state) throws IOException {
    this(state, FormatVersions.RELEASED);
  }

  /**
   * @param versions of the format that segments may have
   */
  public QuantizedFlatVectorsReader(SegmentReadState state, FormatVersions versions)
      throws IOException {
    this.state = state;
    this.fieldInfos = state.fieldInfos;
    try {
      SegmentMetadata file =
          SegmentMetadata.read(
              state,
              FlatFiles.META_EXTENSION,
              FlatFiles.codecName("Meta"),
              versions.oldest(),
              versions.current().number());
      Map<DataFile, FileBody> bodies = new EnumMap<>(DataFile.class);
      for (DataFile kind : DataFile.values()) {
        IndexInput input = open(kind, file.version(), versions);
        data.put(kind, input);
        bodies.put(kind, body(kind, input));
      }
      IndexInput calibrations = data.get(DataFile.CALIBRATIONS);
      // The whole file, also where calibrations are shared with open segments and not read again.
      CodecUtil.checksumEntireFile(calibrations);
      FlatMetadata metadata =
          FlatMetadata.read(
              state,
              file,
              versions.of(file.version()),
              new CalibrationFile(calibrations, bodies.get(DataFile.CALIBRATIONS)));
      metadata.expectComplete(bodies);
      if (metadata.hasByteVectors()) {
        byteVectors = ByteVectorFields.open(state);
      }
      for (Map.Entry<String, SegmentField> field : metadata.fields().entrySet()) {
        fields.put(field.getKey(), open(field.getKey(), field.getValue()));
      }
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, this);
      throw t;
    }
  }

  private FileBody body(DataFile kind, IndexInput input) {
    return new FileBody(
        input.toString(),
        CodecUtil.indexHeaderLength(FlatFiles.codecName(kind.name()), state.segmentSuffix),
        input.length());
  }

  /** What merges read: the same fields through other inputs, which belong to the given reader. */
  private QuantizedFlatVectorsReader(QuantizedFlatVectorsReader searched, SequentialInputs inputs)
      throws IOException {
    this.state = searched.state;
    this.fieldInfos = searched.fieldInfos;
    this.byteVectors = searched.byteVectors;
    this.mergeInstance = this;
    for (DataFile file : DataFile.values()) {
      IndexInput sequential = inputs.get(file);
      data.put(file, sequential == null ? searched.data.get(file) : sequential);
    }
    for (Map.Entry<String, QuantizedField> field : searched.fields.entrySet()) {
      fields.put(field.getKey(), open(field.getKey(), field.getValue().stored()));
    }
  }

  private IndexInput open(DataFile file, int metaVersion, FormatVersions versions)
      throws IOException {
    // Not with the context of the state: a reader that a merge opens may be searched, too.
    IndexInput input = state.directory.openInput(file.nameIn(state), RANDOM_ACCESS);
    try {
      int version =
          CodecUtil.checkIndexHeader(
              input,
              FlatFiles.codecName(file.name()),
              versions.oldest(),
              versions.current().number(),
              state.segmentInfo.getId(),
              state.segmentSuffix);
      if (version != metaVersion) {
        throw new CorruptIndexException(
            "expected version " + metaVersion + " as in the metadata, found " + version, input);
      }
      CodecUtil.retrieveChecksum(input);
      return input;
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, input);
      throw t;
    }
  }

  private QuantizedField open(String name, SegmentField field) throws IOException {
    FieldLocations locations = field.locations();
    return new QuantizedField(
        field,
        data.get(DataFile.CODES),
        slice(name, DataFile.CODES, locations.codes(), RecordReader.READABLE_BEHIND),
        slice(name, DataFile.RERANK, locations.rerankCopy(), field.coding().copy().bytesBehind()),
        slice(name, DataFile.ERRORS, locations.errorTerms(), 0),
        new SearchMemo());
  }

  /**
   * The file has the range: {@link FlatMetadata#expectComplete}.
   *
   * @param behind bytes after the range that kernels may read
   */
  private IndexInput slice(String field, DataFile file, FieldLocations.Range range, int behind)
      throws IOException {
    // The description appears in messages about damage.
    return data.get(file)
        .slice(
            file.name() + " of field \"" + field + "\"", range.offset(), range.length() + behind);
  }

  /** Null for a field of bytes. */
  private QuantizedField quantizedField(String field) throws CorruptIndexException {
    QuantizedField quantized = fields.get(field);
    if (quantized == null && !isByteField(field)) {
      FieldInfo info = fieldInfos.fieldInfo(field);
      if (info != null && info.hasVectorValues()) {
        throw new CorruptIndexException(
            "field \"" + field + "\": expected metadata of its vectors, found none",
            IndexFileNames.segmentFileName(
                state.segmentInfo.name, state.segmentSuffix, FlatFiles.META_EXTENSION));
      }
      throw new IllegalArgumentException("field=\"" + field + "\" not found");
    }
    return quantized;
  }

  /** The number of vectors of each field. */
  public Map<String, Integer> counts() {
    Map<String, Integer> counts = new HashMap<>();
    fields.forEach((name, field) -> counts.put(name, field.stored().vectors()));
    if (byteVectors != null) {
      byteVectors.fields().forEach((name, field) -> counts.put(name, field.count()));
    }
    return counts;
  }

  private boolean isByteField(String field) {
    return byteVectors != null && byteVectors.fields().containsKey(field);
  }

  @Override
  public FloatVectorValues getFloatVectorValues(String field) throws IOException {
    QuantizedField quantized = quantizedField(field);
    if (quantized == null) {
      throw new IllegalArgumentException(
          "field=\"" + field + "\" is encoded as: BYTE expected: FLOAT32");
    }
    QuantizedFloatVectorValues values = new QuantizedFloatVectorValues(quantized);
    quantized.stored().locations().documents().check(values, quantized.documents());
    return values;
  }

  @Override
  public ByteVectorValues getByteVectorValues(String field) throws IOException {
    if (quantizedField(field) != null) {
      throw new IllegalArgumentException(
          "field=\"" + field + "\" is encoded as: FLOAT32 expected: BYTE");
    }
    return byteVectors.values(field);
  }

  @Override
  public FlatVectorsScorer getFlatVectorScorer(String field) {
    return QuantizedVectorsScorer.INSTANCE;
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(String field, float[] target) throws IOException {
    FloatVectorValues values = getFloatVectorValues(field);
    return QuantizedVectorsScorer.INSTANCE.getRandomVectorScorer(
        fields.get(field).stored().similarity(), values, target);
  }

  @Override
  public RandomVectorScorer getRandomVectorScorer(String field, byte[] target) throws IOException {
    if (quantizedField(field) != null) {
      throw new IllegalArgumentException(
          "field=\"" + field + "\" is encoded as: FLOAT32 expected: BYTE");
    }
    return byteVectors.scorer(field, target);
  }

  /** Scans every code, in the order of the file. */
  @Override
  public void search(String field, float[] target, KnnCollector knnCollector, AcceptDocs acceptDocs)
      throws IOException {
    scan(getRandomVectorScorer(field, target), knnCollector, acceptDocs);
  }

  @Override
  public void search(String field, byte[] target, KnnCollector knnCollector, AcceptDocs acceptDocs)
      throws IOException {
    scan(getRandomVectorScorer(field, target), knnCollector, acceptDocs);
  }

  private static void scan(RandomVectorScorer scorer, KnnCollector collector, AcceptDocs acceptDocs)
      throws IOException {
    if (collector.k() == 0) {
      return;
    }
    Bits accepted = scorer.getAcceptOrds(acceptDocs.bits());
    int[] ordinals = new int[SCAN_BATCH];
    float[] scores = new float[SCAN_BATCH];
    int batch = 0;
    int maxOrd = scorer.maxOrd();
    for (int ord = 0; ord < maxOrd; ord++) {
      if (accepted == null || accepted.get(ord)) {
        ordinals[batch++] = ord;
        if (batch == SCAN_BATCH) {
          if (collector.earlyTerminated()) {
            return;
          }
          collect(scorer, collector, ordinals, scores, batch);
          batch = 0;
        }
      }
    }
    if (batch > 0 && !collector.earlyTerminated()) {
      collect(scorer, collector, ordinals, scores, batch);
    }
  }

  private static void collect(
      RandomVectorScorer scorer, KnnCollector collector, int[] ordinals, float[] scores, int count)
      throws IOException {
    collector.incVisitedCount(count);
    // A score that equals the smallest kept one may still win by its smaller document.
    if (scorer.bulkScore(ordinals, scores, count) >= collector.minCompetitiveSimilarity()) {
      for (int i = 0; i < count; i++) {
        collector.collect(scorer.ordToDoc(ordinals[i]), scores[i]);
      }
    }
  }

  /** Reads the files as a merge does, since merges ask for it most often. */
  @Override
  public void checkIntegrity() throws IOException {
    for (IndexInput input : getMergeInstance().data.values()) {
      CodecUtil.checksumEntireFile(input);
    }
    if (byteVectors != null) {
      byteVectors.reader().checkIntegrity();
    }
  }

  /**
   * Uses Lucene's keys for codes and full vectors, which tools know. Error terms count with the
   * rerank copy, because a search for the k nearest reads neither before rescoring.
   */
  @Override
  public Map<String, Long> getOffHeapByteSize(FieldInfo fieldInfo) {
    QuantizedField field = fields.get(fieldInfo.name);
    if (field == null) {
      return isByteField(fieldInfo.name)
          ? byteVectors.reader().getOffHeapByteSize(fieldInfo)
          : Map.of();
    }
    return Map.of(
        LUCENE_QUANTIZED_KEY,
        field.stored().locations().codes().length(),
        LUCENE_RAW_KEY,
        field.stored().locations().rerankCopy().length()
            + field.stored().locations().errorTerms().length());
  }

  @Override
  public synchronized QuantizedFlatVectorsReader getMergeInstance() throws IOException {
    if (mergeInstance == null) {
      try {
        if (mergeInputs == null) {
          mergeInputs = new SequentialInputs(state);
        }
        mergeInstance = new QuantizedFlatVectorsReader(this, mergeInputs);
      } catch (NoSuchFileException | FileNotFoundException e) {
        // An open reader outlives its files if another writer has merged them away.
        return this;
      }
    }
    return mergeInstance;
  }

  @Override
  public long ramBytesUsed() {
    long bytes = SHALLOW_RAM_BYTES;
    for (QuantizedField field : fields.values()) {
      bytes += field.ramBytesUsed();
    }
    return byteVectors == null ? bytes : bytes + byteVectors.reader().ramBytesUsed();
  }

  @Override
  public synchronized void close() throws IOException {
    if (mergeInstance != this) {
      IOUtils.close(byteVectors, mergeInputs, () -> IOUtils.close(data.values()));
    }
  }
}
