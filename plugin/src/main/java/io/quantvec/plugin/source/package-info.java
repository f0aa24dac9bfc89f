/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Removes the text of vectors from {@code _source} before it is stored, and writes the same text
 * again from the indexed numbers when it is read. It may import {@code activity} and the packages
 * below that. Start with {@link io.quantvec.plugin.source.SourceStripper} for writing and {@link
 * io.quantvec.plugin.source.SourceText} for reading.
 */
package io.quantvec.plugin.source;
