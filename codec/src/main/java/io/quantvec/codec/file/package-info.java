/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * How files are opened, laid out and checked, whatever they hold: names, extensions and versions,
 * headers and footers, parts of a file, and the errors of damaged ones. It may import Lucene only.
 * Start with {@link io.quantvec.codec.file.FlatFiles} and {@link
 * io.quantvec.codec.file.Corruption}.
 */
package io.quantvec.codec.file;
