/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseLiveDocsFormatTestCase;

/** Lucene's own tests, for what our codec delegates. */
public class QuantvecLiveDocsFormatTests extends BaseLiveDocsFormatTestCase {

  @Override
  protected Codec getCodec() {
    return CodecFixtures.quantvec();
  }
}
