/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseFieldInfoFormatTestCase;

/** Lucene's own tests, for what our codec delegates. */
public class QuantvecFieldInfoFormatTests extends BaseFieldInfoFormatTestCase {

  @Override
  protected Codec getCodec() {
    return CodecFixtures.quantvec();
  }
}
