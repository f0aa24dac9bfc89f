/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.codec;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseStoredFieldsFormatTestCase;

/** Lucene's own tests, for what our codec delegates. */
public class QuantvecStoredFieldsFormatTests extends BaseStoredFieldsFormatTestCase {

  @Override
  protected Codec getCodec() {
    return CodecFixtures.quantvec();
  }
}
