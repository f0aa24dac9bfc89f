/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The Lucene codec of an index with vector fields: vector formats by the mapping, and stored fields
 * without the text of vectors. It may import {@code mapper} and all packages below it. Start with
 * {@link io.quantvec.plugin.codec.QuantvecCodecService}.
 */
package io.quantvec.plugin.codec;
