/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Vectors as documents and queries give them: forms of input, space types, parsing and checks. It
 * may import {@code source} and all packages below it; it knows dimensions and names, but no
 * mapping. Start with {@link io.quantvec.plugin.vector.VectorParser}; a new space type begins in
 * {@link io.quantvec.plugin.vector.SpaceType}.
 */
package io.quantvec.plugin.vector;
