/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.file.FlatFiles;
import java.util.List;

/**
 * The versions of the flat format that a reader understands.
 *
 * @param versions the oldest first, numbered without gaps; a writer writes the last one
 */
public record FormatVersions(List<FieldMetadataVersion> versions) {

  /** The versions of this release, {@link FlatFiles#VERSION_START} to {@code VERSION_CURRENT}. */
  public static final FormatVersions RELEASED =
      new FormatVersions(List.of(new FieldMetadataVersion0()));

  public FormatVersions {
    versions = List.copyOf(versions);
    for (int i = 0; i < versions.size(); i++) {
      if (versions.get(i).number() != FlatFiles.VERSION_START + i) {
        throw new IllegalArgumentException(
            "expected version "
                + (FlatFiles.VERSION_START + i)
                + " of the format, got "
                + versions.get(i).number());
      }
    }
  }

  /** The number of the oldest version. */
  public int oldest() {
    return versions.getFirst().number();
  }

  /** The version that writers write. */
  public FieldMetadataVersion current() {
    return versions.getLast();
  }

  /**
   * @param number from {@link #oldest} to that of {@link #current}
   */
  FieldMetadataVersion of(int number) {
    return versions.get(number - oldest());
  }
}
