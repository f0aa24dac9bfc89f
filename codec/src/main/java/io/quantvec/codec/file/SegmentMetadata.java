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
 * The content of a metadata file. The checksum of the whole file is verified before any byte is
 * used.
 *
 * @param version version of the file's format
 * @param body the bytes between header and footer, on the heap, so that they can be read twice
 */
public record SegmentMetadata(int version, IndexInput body) {

  /**
   * Reads a metadata file.
   *
   * @param codecName the expected codec name in the file's header
   * @param minVersion the oldest supported version
   * @param maxVersion the newest supported version
   * @throws CorruptIndexException if the header or the checksum does not match
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
   * Checks that the whole body was read.
   *
   * @throws CorruptIndexException if bytes are left
   */
  public void expectEnd() throws CorruptIndexException {
    long left = body.length() - body.getFilePointer();
    if (left != 0) {
      throw new CorruptIndexException("expected the footer, found " + left + " more bytes", body);
    }
  }
}
