/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.config.BudgetChoice;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.transform.DenseTransform;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;

/**
 * The calibrations that the open segments of each index use, so that its next segment can use them,
 * too, and a merge of both need not encode anew. A reader made by SPI never meets the format that
 * wrote, and OpenSearch makes a codec for every engine: what they share is the segments' directory.
 *
 * <p>References are weak. A calibration lives as long as a segment that uses it is open, and an
 * index's entries as long as its directory; what remains is a few bytes a field.
 */
public final class InheritedCalibrations {

  private record Offer(
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      WeakReference<Calibration> calibration,
      WeakReference<Calibration> copy,
      BudgetChoice budget,
      int vectors) {}

  /**
   * A calibration that later segments may use.
   *
   * @param copy that of the segment's 8 bit copies; null for none
   * @param vectors vectors of the largest segment that has it
   * @param bits the budget in bits a dimension
   * @param budget what the budget was chosen for; null unless it was chosen
   */
  public record Offered(
      Calibration calibration, Calibration copy, int vectors, double bits, BudgetChoice budget) {}

  private static final Map<Directory, Map<String, Offer>> OFFERS = new WeakHashMap<>();

  private InheritedCalibrations() {}

  /**
   * Offers a segment's calibration to later ones. That of the larger segment stays, unless the
   * field has drifted from it: then it stands back until a larger segment comes.
   *
   * @param directory the index's own, not one of compound files
   * @param entry what the segment says of the field
   * @param copy the calibration of 8 bit copies; null if there are none
   */
  public static void offer(
      Directory directory,
      String field,
      FieldEntry entry,
      Calibration calibration,
      Calibration copy,
      boolean drifted) {
    QuantizationConfig config = entry.config();
    int vectors = entry.count();
    if (config.calibration().isStatic()) {
      // Whoever writes with a static calibration has it already.
      return;
    }
    synchronized (OFFERS) {
      Map<String, Offer> fields = OFFERS.computeIfAbsent(directory, d -> new HashMap<>());
      Offer known = fields.get(field);
      boolean stays =
          known != null
              && !(drifted && isLearned(calibration))
              && known.vectors > vectors
              && known.config.makesSameCodes(config)
              && known.similarity == entry.similarity()
              && known.calibration.get() != null;
      if (!stays) {
        int rank = drifted && known != null ? Math.max(known.vectors, vectors) : vectors;
        fields.put(
            field,
            new Offer(
                config,
                entry.similarity(),
                new WeakReference<>(calibration),
                new WeakReference<>(copy),
                entry.budget(),
                rank));
      }
    }
  }

  /** A few vectors may differ from a field's by chance: what they have is for them alone. */
  private static boolean isLearned(Calibration calibration) {
    return calibration.transform() instanceof DenseTransform;
  }

  /** The calibration on offer for fields that are written like this; null if there is none. */
  public static Offered find(
      Directory directory,
      String field,
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      int dimension) {
    synchronized (OFFERS) {
      Map<String, Offer> fields = OFFERS.get(directory);
      Offer offer = fields == null ? null : fields.get(field);
      if (offer == null || !offer.config.makesSameCodes(config) || offer.similarity != similarity) {
        return null;
      }
      Calibration calibration = offer.calibration.get();
      return calibration == null || calibration.dimension() != dimension
          ? null
          : new Offered(
              calibration, offer.copy.get(), offer.vectors, offer.config.bits(), offer.budget);
    }
  }
}
