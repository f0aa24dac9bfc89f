/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * How index files of any content are opened, laid out and checked: names, extensions and versions,
 * headers and footers, parts of a file, and errors for damaged files. It may import Lucene only.
 * Start with {@link io.quantvec.codec.file.FlatFiles} and {@link
 * io.quantvec.codec.file.Corruption}.
 */
package io.quantvec.codec.file;
