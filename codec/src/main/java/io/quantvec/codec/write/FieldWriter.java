/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.encode.CodeErrors;
import io.quantvec.codec.encode.CopyEncoder;
import io.quantvec.codec.encode.EncodingBatch;
import io.quantvec.codec.encode.ErrorEncoder;
import io.quantvec.codec.encode.FieldCoding;
import io.quantvec.codec.file.DataFile;
import io.quantvec.codec.segment.CodeFit;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeProvenance;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.store.IndexOutput;

/**
 * Writes one field of a segment, vector by vector, in the order of documents. A vector is encoded,
 * or its records are copied where a merge finds them as they are to be.
 */
final class FieldWriter {

  private final CalibrationDecision decision;
  private final FieldCoding coding;

  /** Computed once, as it is a hash of the matrix; null without a calibration. */
  private final byte[] calibrationId;

  /** Null without a rerank copy of 8 bits per dimension. */
  private final byte[] copyCalibrationId;

  private final RecordOutput output;
  private final CodeErrors errors = new CodeErrors();
  private final EncodingBatch waiting;
  private final byte[] record;
  private final byte[] copy;
  private final byte[] terms;

  /** Makes the rerank copies of vectors whose codes are copied. */
  private final CopyEncoder copyEncoder;

  /** Makes the error terms of such copies; null if there are none. */
  private final ErrorEncoder errorEncoder;

  private int copied;

  /**
   * @param executor runs the workers; null for the calling thread
   * @param workers threads that encode
   */
  FieldWriter(
      FieldInfo fieldInfo,
      CalibrationDecision decision,
      Map<DataFile, IndexOutput> data,
      TaskExecutor executor,
      int workers)
      throws IOException {
    this.decision = decision;
    Calibration calibration = decision.calibration();
    Calibration copyCalibration = decision.copyCalibration();
    this.coding =
        FieldCoding.of(
            decision.config(),
            Optional.ofNullable(calibration),
            Optional.ofNullable(copyCalibration),
            fieldInfo.getVectorDimension(),
            fieldInfo.getVectorSimilarityFunction());
    this.calibrationId = calibration == null ? null : calibration.id();
    this.copyCalibrationId = copyCalibration == null ? null : copyCalibration.id();
    this.output = new RecordOutput(coding, data);
    this.waiting = new EncodingBatch(coding, executor, workers);
    this.copyEncoder = new CopyEncoder(coding);
    this.errorEncoder = coding.newErrorEncoder();
    this.record = new byte[coding.layout().recordLength()];
    this.copy = new byte[coding.copy().recordLength()];
    this.terms = new byte[coding.copy().errorTerms().length()];
  }

  /** Encodes a vector. */
  void encode(int doc, float[] vector) throws IOException {
    encode(doc, vector, null);
  }

  /**
   * @param copied the record of its rerank copy, to be copied; null to make one
   */
  private void encode(int doc, float[] vector, byte[] copied) throws IOException {
    if (waiting.add(doc, vector, copied)) {
      encodeWaiting();
    }
  }

  private void encodeWaiting() throws IOException {
    waiting.encode();
    for (int i = 0; i < waiting.size(); i++) {
      output.write(waiting.doc(i), waiting.record(i), waiting.copy(i), waiting.errors(i));
    }
    waiting.clear();
  }

  /**
   * Adds the vectors of a merge: copies records that mean the same here, and encodes the others.
   */
  void addAll(MergeSources sources) throws IOException {
    sources.forEach(
        decision.config(), calibrationId, coding.copy(), copyCalibrationId, this::copyOrEncode);
  }

  private void copyOrEncode(MergeSources.MergedVector merged) throws IOException {
    errors.addValueError(merged.valueError(), 1);
    if (merged.hasCopy()) {
      ((QuantizedFloatVectorValues) merged.values()).readRerankBytes(merged.ord(), copy);
    }
    if (merged.hasCode()) {
      copyCode(merged);
    } else {
      encode(merged.doc(), merged.vector(), merged.hasCopy() ? copy : null);
    }
  }

  private void copyCode(MergeSources.MergedVector merged) throws IOException {
    encodeWaiting();
    QuantizedFloatVectorValues source = (QuantizedFloatVectorValues) merged.values();
    source.readRecord(merged.ord(), record);
    CodeFit fit = source.field().stored().fit();
    errors.add(fit.liveError(), fit.clipRate(), 1);
    copied++;
    if (merged.hasCopy()) {
      // Copies of one kind have terms of one kind, or none.
      source.readErrorTerms(merged.ord(), terms);
    } else {
      float[] vector = merged.vector();
      float[] coded = coding.coded(vector);
      copyEncoder.encode(vector, coded, record, copy);
      errorEncoder.encode(coded, record, copy, terms);
    }
    output.write(merged.doc(), record, copy, terms);
  }

  /**
   * Writes what is left, and the calibrations.
   *
   * @return what the segment's metadata say of the field
   */
  SegmentField finish(CalibrationOutput calibrations) throws IOException {
    encodeWaiting();
    int count = output.count();
    if (count > copied) {
      waiting.addErrors(errors);
    }
    copyEncoder.addErrors(errors);
    // All vectors of a merge's sources may have been deleted.
    boolean calibrated = decision.calibration() != null && count > 0;
    return new SegmentField(
        decision.config(),
        calibrated ? coding : coding.withoutCalibrations(),
        count,
        calibrated
            ? new CodeProvenance(origin(count), decision.reason(), copied, decision.budget())
            : CodeProvenance.uncalibrated(copied, decision.budget()),
        calibrated
            ? new CodeFit(errors.liveError(), errors.clipRate(), errors.valueError(count))
            : CodeFit.uncalibrated(errors.valueError(count)),
        output.finish(
            calibrations.write(calibrated ? decision.calibration() : null, calibrationId),
            calibrations.write(calibrated ? decision.copyCalibration() : null, copyCalibrationId)));
  }

  private CodeOrigin origin(int count) {
    if (copied == 0) {
      return decision.origin();
    }
    return copied == count ? CodeOrigin.COPIED : CodeOrigin.PARTLY_COPIED;
  }

  /** The documents that have a vector. */
  DocsWithFieldSet docs() {
    return output.docs();
  }
}
