/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.encode.FieldCoding;
import io.quantvec.codec.file.DataFile;
import io.quantvec.codec.file.FlatFiles;
import io.quantvec.codec.segment.FieldLocations;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.store.IndexOutput;

/** Writes the records of one field, vector by vector, in the order of documents. */
final class RecordOutput {

  private final FieldCoding coding;
  private final IndexOutput codes;
  private final IndexOutput rerankCopy;
  private final IndexOutput errorTerms;
  private final long codesStart;
  private final long rerankStart;
  private final long errorsStart;
  private final DocsWithFieldSet docs = new DocsWithFieldSet();

  RecordOutput(FieldCoding coding, Map<DataFile, IndexOutput> data) throws IOException {
    this.coding = coding;
    this.codes = data.get(DataFile.CODES);
    this.rerankCopy = data.get(DataFile.RERANK);
    this.errorTerms = data.get(DataFile.ERRORS);
    this.codesStart = codes.alignFilePointer(FlatFiles.ALIGNMENT);
    this.rerankStart = rerankCopy.alignFilePointer(FlatFiles.ALIGNMENT);
    this.errorsStart = errorTerms.alignFilePointer(FlatFiles.ALIGNMENT);
  }

  /**
   * Writes a vector's records.
   *
   * @param code the code and its correction terms
   * @param copy the record of the rerank copy; empty without a copy
   * @param terms the error terms; empty without a copy
   */
  void write(int doc, byte[] code, byte[] copy, byte[] terms) throws IOException {
    codes.writeBytes(code, code.length);
    rerankCopy.writeBytes(copy, copy.length);
    errorTerms.writeBytes(terms, terms.length);
    docs.add(doc);
  }

  /** The documents written so far. */
  DocsWithFieldSet docs() {
    return docs;
  }

  /** Vectors written so far. */
  int count() {
    return docs.cardinality();
  }

  /** Writes what kernels may read after the last record, and returns where the records are. */
  FieldLocations finish(
      FieldLocations.StoredCalibration calibration,
      FieldLocations.StoredCalibration copyCalibration)
      throws IOException {
    FieldLocations locations =
        new FieldLocations(
            calibration,
            copyCalibration,
            rangeFrom(codesStart, codes),
            rangeFrom(rerankStart, rerankCopy),
            rangeFrom(errorsStart, errorTerms),
            null);
    writeZeros(codes, RecordReader.READABLE_BEHIND);
    writeZeros(rerankCopy, coding.copy().bytesBehind());
    return locations;
  }

  private static FieldLocations.Range rangeFrom(long start, IndexOutput output) {
    return new FieldLocations.Range(start, output.getFilePointer() - start);
  }

  private static void writeZeros(IndexOutput output, int count) throws IOException {
    output.writeBytes(new byte[count], count);
  }
}
