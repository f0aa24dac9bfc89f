/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.file;

/**
 * Names, versions and constants of the files that hold codes. {@link
 * io.quantvec.codec.QuantizedFlatVectorsFormat} specifies their content.
 */
public final class FlatFiles {

  /** The oldest version that readers accept. */
  public static final int VERSION_START = 0;

  /** The version that writers write. */
  public static final int VERSION_CURRENT = VERSION_START;

  /** The largest number of dimensions, as in OpenSearch's k-NN plugin. */
  public static final int MAX_DIMENSIONS = 16_000;

  /** Extension of the metadata file, which says where everything else is. */
  public static final String META_EXTENSION = "qvm";

  /** Bytes of a cache line, and the alignment that Lucene gives its floats. */
  public static final int ALIGNMENT = 64;

  /** Ends the list of fields: no field has this number. */
  public static final int END_OF_FIELDS = -1;

  private FlatFiles() {}

  /** The codec name in a file's header, for instance of the role {@code Meta}. */
  public static String codecName(String role) {
    return "Quantvec" + role;
  }
}
