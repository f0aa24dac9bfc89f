/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import java.io.IOException;
import org.apache.lucene.index.LeafReader;
import org.opensearch.index.fielddata.LeafFieldData;
import org.opensearch.index.fielddata.ScriptDocValues;
import org.opensearch.index.fielddata.SortedBinaryDocValues;
import org.opensearch.index.mapper.DocValueFetcher;
import org.opensearch.search.DocValueFormat;

/** The vectors of one segment. */
public final class VectorLeafFieldData implements LeafFieldData {

  private final QuantizedVectorFieldType type;
  private final LeafReader reader;

  VectorLeafFieldData(QuantizedVectorFieldType type, LeafReader reader) {
    this.type = type;
    this.reader = reader;
  }

  @Override
  public ScriptDocValues<float[]> getScriptValues() {
    return new VectorDocValues(type, new StoredVectors(reader, type.name()));
  }

  /**
   * Only aggregations that were told a type of value come here.
   *
   * @throws IllegalArgumentException always
   */
  @Override
  public SortedBinaryDocValues getBytesValues() {
    throw VectorFieldData.noAggregations(type);
  }

  /** A document has one value, its vector, in the form that a {@link VectorValueFormat} says. */
  @Override
  public DocValueFetcher.Leaf getLeafValueFetcher(DocValueFormat format) {
    VectorValueFormat form =
        format instanceof VectorValueFormat given ? given : VectorValueFormat.ARRAY;
    StoredVectors vectors = new StoredVectors(reader, type.name());
    return new DocValueFetcher.Leaf() {
      @Override
      public boolean advanceExact(int document) throws IOException {
        return vectors.advance(document);
      }

      @Override
      public int docValueCount() {
        return 1;
      }

      @Override
      public Object nextValue() throws IOException {
        byte[] codes = vectors.codes();
        return codes == null ? form.ofNumbers(vectors.vector()) : form.ofCodes(type.input(), codes);
      }
    };
  }

  @Override
  public long ramBytesUsed() {
    return 0;
  }

  @Override
  public void close() {}
}
