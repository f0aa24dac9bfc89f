/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.records;

import io.quantvec.codec.simd.MappedRecordReaders;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MemorySegmentAccessInput;

/** Reaches the memory under Lucene's mapped inputs. */
public final class ForeignRecordReaderProvider implements MappedRecordReaderProvider {

  /** For {@link java.util.ServiceLoader}. */
  public ForeignRecordReaderProvider() {}

  @Override
  public RecordReader open(IndexInput input) throws IOException {
    if (input instanceof MemorySegmentAccessInput mapped) {
      MemorySegment segment = mapped.segmentSliceOrNull(0, input.length());
      if (segment != null) {
        return MappedRecordReaders.over(segment);
      }
    }
    return null;
  }

  @Override
  public String name() {
    return MappedRecordReaders.name();
  }
}
