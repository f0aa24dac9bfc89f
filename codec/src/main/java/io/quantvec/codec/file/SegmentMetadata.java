/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.ByteBuffersDataInput;
import org.apache.lucene.store.ByteBuffersIndexInput;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.IndexInput;

/**
 * A small file of a segment, all of whose bytes are verified before the first of them is believed.
 *
 * @param version of its format
 * @param body what stands between header and footer, on the heap, so that it can be read twice
 */
public record SegmentMetadata(int version, IndexInput body) {

  /**
   * Reads a file.
   *
   * @param codecName what its header must say
   * @param minVersion the oldest version that is understood
   * @param maxVersion the newest one
   * @throws CorruptIndexException if header or checksum are not as they were written
   */
  public static SegmentMetadata read(
      SegmentReadState state, String extension, String codecName, int minVersion, int maxVersion)
      throws IOException {
    String name =
        IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, extension);
    int version = -1;
    byte[] body = new byte[0];
    try (ChecksumIndexInput in = state.directory.openChecksumInput(name)) {
      Throwable failure = null;
      try {
        version =
            CodecUtil.checkIndexHeader(
                in,
                codecName,
                minVersion,
                maxVersion,
                state.segmentInfo.getId(),
                state.segmentSuffix);
        long length = in.length() - in.getFilePointer() - CodecUtil.footerLength();
        if (length < 0 || length > Integer.MAX_VALUE - Long.BYTES) {
          throw new CorruptIndexException(
              "expected metadata of less than 2 GB and a footer, found a file of "
                  + in.length()
                  + " bytes",
              in);
        }
        body = new byte[(int) length];
        in.readBytes(body, 0, body.length);
      } catch (Throwable t) {
        failure = t;
      } finally {
        CodecUtil.checkFooter(in, failure);
      }
      ByteBuffersDataInput bytes = new ByteBuffersDataInput(List.of(ByteBuffer.wrap(body)));
      return new SegmentMetadata(version, new ByteBuffersIndexInput(bytes, in.toString()));
    }
  }

  /**
   * Must be called when all has been read.
   *
   * @throws CorruptIndexException if more bytes follow
   */
  public void expectEnd() throws CorruptIndexException {
    long left = body.length() - body.getFilePointer();
    if (left != 0) {
      throw new CorruptIndexException("expected the footer, found " + left + " more bytes", body);
    }
  }
}
