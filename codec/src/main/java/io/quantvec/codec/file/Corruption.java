/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

import java.io.EOFException;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.AlreadyClosedException;

/**
 * Tells damaged bytes from other failures. Lucene's readers of positions, graphs and document sets
 * trust what they read, so that damage reaches their callers as an unchecked exception.
 */
public final class Corruption {

  private Corruption() {}

  /**
   * What a failure means that came while stored bytes were read.
   *
   * @param failure what was thrown; assertions of Lucene's count, too
   * @param message what was read, and for which field
   * @param resource names the file
   * @return the failure as damage
   * @throws IOException if it says itself what is wrong, or if the disk could not be read
   * @throws AlreadyClosedException if the file was closed meanwhile
   */
  public static CorruptIndexException of(Throwable failure, String message, Object resource)
      throws IOException {
    if (failure instanceof AlreadyClosedException closed) {
      throw closed;
    }
    for (Throwable cause : new Throwable[] {failure, failure.getCause()}) {
      if (cause instanceof IOException io && !(io instanceof EOFException)) {
        throw io;
      }
    }
    return new CorruptIndexException(message + ": " + failure, String.valueOf(resource), failure);
  }
}
