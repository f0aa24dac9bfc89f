/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.codec.transform.DenseTransform;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;

/**
 * The calibrations that the next flush of an index can use, so that a merge of its segments copies
 * codes instead of encoding vectors again. The owner of a format has one of these: a Lucene user
 * one for each format object, OpenSearch's plugin one for each engine. An index starts with the
 * calibrations of its last commit, and every segment that a writer of this owner writes adds its
 * own; what readers elsewhere in the JVM open changes nothing.
 */
public final class InheritedCalibrations {

  /**
   * A field's calibration that later segments can use.
   *
   * @param from a segment's field that has it
   * @param vectors of the largest segment that has had it
   */
  record Inherited(SegmentField from, int vectors) {}

  /** By directory, so that one format object can write several indexes; none is kept alive. */
  private final Map<Directory, Map<String, Inherited>> byDirectory = new WeakHashMap<>();

  /**
   * Offers a segment's calibration to later segments. The calibration of the larger segment stays,
   * unless the field has drifted from it: then the new one serves until a larger segment comes. A
   * static calibration is not offered: a writer that needs it has it.
   *
   * @param directory of the index, not of compound files
   * @param written the field in the new segment
   */
  synchronized void offer(Directory directory, String field, SegmentField written) {
    if (isInheritable(written)) {
      add(of(directory), field, written, written.provenance().reason() == CodeReason.DRIFTED);
    }
  }

  private static boolean isInheritable(SegmentField field) {
    return field.calibration() != null && !field.config().calibration().isStatic();
  }

  private Map<String, Inherited> of(Directory directory) {
    Map<String, Inherited> fields = byDirectory.get(directory);
    if (fields == null) {
      fields = new HashMap<>();
      for (CommittedFields.Field committed : CommittedFields.read(directory)) {
        if (isInheritable(committed.field())) {
          add(fields, committed.name(), committed.field(), false);
        }
      }
      byDirectory.put(directory, fields);
    }
    return fields;
  }

  private static void add(
      Map<String, Inherited> fields, String name, SegmentField field, boolean drifted) {
    Inherited known = fields.get(name);
    boolean stays =
        known != null
            && !(drifted && isLearned(field.calibration()))
            && known.vectors > field.vectors()
            && makesSameCodes(known.from, field.config(), field.similarity());
    if (!stays) {
      int vectors =
          drifted && known != null ? Math.max(known.vectors, field.vectors()) : field.vectors();
      fields.put(name, new Inherited(field, vectors));
    }
  }

  /**
   * Few vectors may differ from their field by chance, so only a calibration of many vectors, which
   * has a learned transform, replaces another one because of drift.
   */
  private static boolean isLearned(Calibration calibration) {
    return calibration.transform() instanceof DenseTransform;
  }

  private static boolean makesSameCodes(
      SegmentField field, QuantizationConfig config, VectorSimilarityFunction similarity) {
    return field.config().makesSameCodes(config) && field.similarity() == similarity;
  }

  /**
   * The calibration for a field that is written now; null if there is none.
   *
   * @param config how the field is written
   */
  synchronized Inherited find(Directory directory, FieldInfo field, QuantizationConfig config) {
    Inherited inherited = of(directory).get(field.name);
    return inherited != null
            && makesSameCodes(inherited.from, config, field.getVectorSimilarityFunction())
            && inherited.from.layout().dimension() == field.getVectorDimension()
        ? inherited
        : null;
  }
}
