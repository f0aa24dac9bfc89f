/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

/**
 * Names, versions and constants of the files that contain codes. {@link
 * io.quantvec.codec.QuantizedFlatVectorsFormat} specifies their content.
 */
public final class FlatFiles {

  /** The oldest version that readers accept. */
  public static final int VERSION_START = 0;

  /** The version that writers write. */
  public static final int VERSION_CURRENT = VERSION_START;

  /** The largest number of dimensions, as in OpenSearch's k-NN plugin. */
  public static final int MAX_DIMENSIONS = 16_000;

  /** Extension of the metadata file, which contains the offsets of all data. */
  public static final String META_EXTENSION = "qvm";

  /** Alignment of data in bytes: a cache line, and Lucene's alignment of float vectors. */
  public static final int ALIGNMENT = 64;

  /** Field number that ends the list of fields. */
  public static final int END_OF_FIELDS = -1;

  private FlatFiles() {}

  /**
   * The codec name in a file's header.
   *
   * @param role the file's role, for example {@code Meta}
   */
  public static String codecName(String role) {
    return "Quantvec" + role;
  }
}
