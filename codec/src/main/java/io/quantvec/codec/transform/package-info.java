/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Linear transforms that make the components of a vector easy to quantize, and the linear algebra
 * that they need: principal axes, rotations, and how a budget of bits is shared between components.
 * It may import the JDK and Lucene, and no other package of the codec. Start with {@link
 * io.quantvec.codec.transform.Transform} and {@link io.quantvec.codec.transform.PrincipalAxes}.
 */
package io.quantvec.codec.transform;
