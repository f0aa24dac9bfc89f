/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Lets Painless scripts call the values of a vector field; a node without Painless never loads it.
 * It may import no other package of the plugin; the classes and methods are listed in the resource
 * {@code quantvec-allowlist.txt}. Start with {@link
 * io.quantvec.plugin.script.QuantvecPainlessExtension}.
 */
package io.quantvec.plugin.script;
