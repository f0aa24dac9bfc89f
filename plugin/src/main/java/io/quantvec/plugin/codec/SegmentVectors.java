/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.plugin.source.VectorSpelling;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.IOUtils;

/**
 * A segment's quantized vectors, for its stored fields. Lucene opens these before it opens the
 * vectors and shares nothing between the two, so the vector files are opened a second time, without
 * the graph. At once, for a merge may delete them while the segment is still being read.
 */
final class SegmentVectors implements Closeable {

  /** Both have their vectors in the same files. */
  private static final Set<String> FORMATS =
      Set.of(QuantizedFlatVectorsFormat.NAME, QuantizedHnswVectorsFormat.NAME);

  private final String segmentName;

  /** By the suffix of their files. */
  private final Map<String, KnnVectorsReader> readers = new HashMap<>();

  private final Map<String, KnnVectorsReader> readerOfField = new HashMap<>();

  SegmentVectors(Directory directory, SegmentInfo segment, FieldInfos fields, IOContext context)
      throws IOException {
    this.segmentName = segment.name;
    try {
      for (FieldInfo field : fields) {
        String format = field.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY);
        if (field.hasVectorValues() && format != null && FORMATS.contains(format)) {
          String suffix =
              format + "_" + field.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_SUFFIX_KEY);
          KnnVectorsReader reader = readers.get(suffix);
          if (reader == null) {
            reader =
                new QuantizedFlatVectorsFormat()
                    .fieldsReader(
                        new SegmentReadState(directory, segment, fields, context, suffix));
            readers.put(suffix, reader);
          }
          readerOfField.put(field.name, reader);
        }
      }
    } catch (Throwable t) {
      IOUtils.closeWhileSuppressingExceptions(t, this);
      throw t;
    }
  }

  /** The segment's name, for error messages. */
  String segmentName() {
    return segmentName;
  }

  /**
   * The JSON text of a document's vector.
   *
   * @throws IOException if the document has none, or one of another length
   */
  String text(String field, int document, VectorSpelling spelling) throws IOException {
    KnnVectorsReader reader = readerOfField.get(field);
    // Nothing is kept between two documents: many threads read, each of them rarely.
    FloatVectorValues values = reader == null ? null : reader.getFloatVectorValues(field);
    KnnVectorValues.DocIndexIterator iterator = values == null ? null : values.iterator();
    if (iterator == null || document < 0 || iterator.advance(document) != document) {
      throw new IOException("field [" + field + "] has no vector in document " + document);
    }
    int ord = iterator.index();
    if (!spelling.form().isOfCodes()) {
      return spelling.ofNumbers(values.vectorValue(ord));
    }
    byte[] codes =
        values instanceof QuantizedVectorValues quantized ? quantized.inputCodes(ord) : null;
    if (codes == null) {
      throw new IOException("field [" + field + "] has numbers where codes were expected");
    }
    return spelling.form().ofCodes(codes);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(readers.values());
  }
}
