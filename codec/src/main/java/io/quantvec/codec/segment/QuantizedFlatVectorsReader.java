/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationSerializer;
import io.quantvec.codec.calibration.InternedCalibrations;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.CopyLayout;
import io.quantvec.codec.encode.FieldCoding;
import io.quantvec.codec.file.DataFile;
import io.quantvec.codec.file.FlatFiles;
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

  /** Vectors scored between two looks at the collector, as in Lucene's own flat scans. */
  private static final int SCAN_BATCH = 64;

  /** Under these names Lucene's own formats report codes and full vectors. */
  private static final String LUCENE_QUANTIZED_KEY = "veq";

  private static final String LUCENE_RAW_KEY = "vec";

  /** A graph search jumps between records; so does a rerank. Merges have inputs of their own. */
  private static final IOContext RANDOM_ACCESS =
      IOContext.DEFAULT.withHints(
          FileTypeHint.DATA, FileDataHint.KNN_VECTORS, DataAccessHint.RANDOM);

  private final SegmentReadState state;
  private final FieldInfos fieldInfos;
  private final Map<String, QuantizedField> fields = new HashMap<>();
  private final Map<DataFile, IndexInput> data = new EnumMap<>(DataFile.class);

  /** Null if the segment has no field of bytes. */
  private ByteVectorFields byteVectors;

  /** Null until a merge asks for it; kept for further ones, as nobody closes what a merge got. */
  private QuantizedFlatVectorsReader mergeInstance;

  /** Closed with the reader, and not with the instance that merges read them through. */
  private SequentialInputs mergeInputs;

  public QuantizedFlatVectorsReader(SegmentReadState state) throws IOException {
    this.state = state;
    this.fieldInfos = state.fieldInfos;
    try {
      FlatMetadata metadata = FlatMetadata.read(state);
      if (metadata.hasByteVectors()) {
        byteVectors = ByteVectorFields.open(state);
      }
      for (DataFile file : DataFile.values()) {
        data.put(file, open(state, file, metadata.version()));
      }
      metadata.expectComplete(data, state.segmentSuffix);
      // All of it, also where the calibrations themselves are known and not read again.
      CodecUtil.checksumEntireFile(data.get(DataFile.CALIBRATIONS));
      for (Map.Entry<String, FieldEntry> entry : metadata.fields().entrySet()) {
        QuantizedField field = load(entry.getKey(), entry.getValue());
        fields.put(entry.getKey(), field);
        if (field.space() != null) {
          InheritedCalibrations.offer(
              state.segmentInfo.dir,
              entry.getKey(),
              field.entry(),
              field.space().calibration(),
              field.coding().copySpace() == null ? null : field.coding().copySpace().calibration(),
              false);
        }
      }
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, this);
      throw t;
    }
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
      fields.put(
          field.getKey(),
          open(field.getKey(), field.getValue().entry(), field.getValue().coding()));
    }
  }

  private IndexInput open(SegmentReadState state, DataFile file, int metaVersion)
      throws IOException {
    // Not in the context of the state, as a reader that a merge opened may be searched, too.
    IndexInput input = state.directory.openInput(file.nameIn(state), RANDOM_ACCESS);
    try {
      int version =
          CodecUtil.checkIndexHeader(
              input,
              FlatFiles.codecName(file.name()),
              FlatFiles.VERSION_START,
              FlatFiles.VERSION_CURRENT,
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

  private QuantizedField load(String field, FieldEntry entry) throws IOException {
    CodeSpace space = space(field, entry.layout(), entry.calibration());
    CodeSpace copySpace = space(field, entry.copy().codes(), entry.copyCalibration());
    boolean lossless = space != null && space.isLossless();
    CopyLayout expected =
        CopyLayout.of(entry.config(), entry.copy().dimension(), entry.similarity(), lossless);
    if (entry.count() > 0 && !entry.copy().equals(expected)) {
      throw new CorruptIndexException(
          "field \"" + field + "\": expected " + expected + ", found " + entry.copy(),
          data.get(DataFile.RERANK));
    }
    return open(
        field,
        entry,
        new FieldCoding(entry.similarity(), entry.layout(), space, entry.copy(), copySpace));
  }

  private QuantizedField open(String field, FieldEntry entry, FieldCoding coding)
      throws IOException {
    return new QuantizedField(
        entry,
        coding,
        data.get(DataFile.CODES),
        slice(
            field,
            DataFile.CODES,
            new FieldEntry.Range(
                entry.codes().offset(), entry.codes().length() + RecordReader.READABLE_BEHIND)),
        slice(
            field,
            DataFile.RERANK,
            new FieldEntry.Range(
                entry.rerankCopy().offset(),
                entry.rerankCopy().length() + entry.copy().bytesBehind())),
        slice(field, DataFile.ERRORS, entry.errorTerms()),
        new SearchMemo());
  }

  /**
   * @param stored null for none
   */
  private CodeSpace space(String field, CodeLayout layout, FieldEntry.StoredCalibration stored)
      throws IOException {
    if (stored == null) {
      return null;
    }
    IndexInput slice = slice(field, DataFile.CALIBRATIONS, stored.range());
    Calibration calibration = InternedCalibrations.get(stored.id());
    if (calibration == null || calibration.dimension() != layout.dimension()) {
      calibration = CalibrationSerializer.read(slice, stored.id(), layout.dimension());
      long left = slice.length() - slice.getFilePointer();
      if (left != 0) {
        throw new CorruptIndexException(
            "expected the end of a calibration, found " + left + " more bytes", slice);
      }
      calibration = InternedCalibrations.intern(calibration);
    } else {
      CalibrationSerializer.checkId(slice, stored.id());
    }
    try {
      return new CodeSpace(layout, calibration);
    } catch (IllegalArgumentException e) {
      throw new CorruptIndexException("codes and calibration disagree: " + e.getMessage(), slice);
    }
  }

  /** The file has the range: {@link FlatMetadata#expectComplete}. */
  private IndexInput slice(String field, DataFile file, FieldEntry.Range range) throws IOException {
    // The description is what messages about damage say.
    return data.get(file)
        .slice(file.name() + " of field \"" + field + "\"", range.offset(), range.length());
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
    fields.forEach((name, field) -> counts.put(name, field.entry().count()));
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
    quantized.entry().documents().check(values, quantized.documents());
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
        fields.get(field).entry().similarity(), values, target);
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

  /** Reads the files as a merge does, which is what asks for it most often. */
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
   * By Lucene's keys for codes and finer copies, which tools that add up segments know. Error terms
   * count with the copies: the search for the k nearest reads none of them.
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
        field.entry().codes().length(),
        LUCENE_RAW_KEY,
        field.entry().rerankCopy().length() + field.entry().errorTerms().length());
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
        // An open reader outlives its files, if somebody else has merged them away.
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
