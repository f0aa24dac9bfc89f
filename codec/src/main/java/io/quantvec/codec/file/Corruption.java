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
 * Distinguishes damaged bytes from other failures. Lucene's readers of offsets, graphs and document
 * sets trust the bytes they read, so damaged bytes can cause unchecked exceptions in their callers.
 */
public final class Corruption {

  private Corruption() {}

  /**
   * Converts a failure that occurred while stored bytes were read.
   *
   * @param failure the exception, or an assertion error of Lucene
   * @param message what was read, with the field's name
   * @param resource the file's name
   * @return a corruption exception with the failure as its cause
   * @throws IOException the failure or its cause, if that is an {@link IOException} other than
   *     {@link EOFException}: it already describes the damage, or the disk could not be read
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
