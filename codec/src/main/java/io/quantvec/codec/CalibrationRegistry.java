/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
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
final class CalibrationRegistry {

  private record Offer(
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      WeakReference<Calibration> calibration,
      int vectors) {}

  private static final Map<Directory, Map<String, Offer>> OFFERS = new WeakHashMap<>();

  private CalibrationRegistry() {}

  /**
   * Offers a segment's calibration to later ones. That of the larger segment stays.
   *
   * @param directory the index's own, not one of compound files
   * @param vectors vectors of the segment
   */
  static void offer(
      Directory directory,
      String field,
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      Calibration calibration,
      int vectors) {
    Offer offer = new Offer(config, similarity, new WeakReference<>(calibration), vectors);
    synchronized (OFFERS) {
      Map<String, Offer> fields = OFFERS.computeIfAbsent(directory, d -> new HashMap<>());
      Offer known = fields.get(field);
      boolean stays =
          known != null
              && known.vectors > vectors
              && known.config.equals(config)
              && known.calibration.get() != null;
      if (!stays) {
        fields.put(field, offer);
      }
    }
  }

  /** The calibration on offer for fields that are written like this; null if there is none. */
  static Calibration find(
      Directory directory,
      String field,
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      int dimension) {
    synchronized (OFFERS) {
      Map<String, Offer> fields = OFFERS.get(directory);
      Offer offer = fields == null ? null : fields.get(field);
      if (offer == null || !offer.config.equals(config) || offer.similarity != similarity) {
        return null;
      }
      Calibration calibration = offer.calibration.get();
      return calibration == null || calibration.dimension() != dimension ? null : calibration;
    }
  }
}
