/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import org.opensearch.core.xcontent.XContentLocation;

/**
 * Where a vector is in the text of its document.
 *
 * @param form what it looks like there; {@link VectorForm#NUMBERS} for any array of numbers
 * @param first where its first token starts
 * @param last where its last token starts, which may be the same
 */
public record VectorText(VectorForm form, XContentLocation first, XContentLocation last) {}
