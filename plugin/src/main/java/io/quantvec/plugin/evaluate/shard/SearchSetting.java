/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.vector.GivenVector;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * The effort parameters of a query.
 *
 * @param efSearch its {@code ef_search}; null if it sets none
 * @param rescore its {@code rescore}
 */
public record SearchSetting(Integer efSearch, Rescore rescore) implements Writeable {

  /** The setting of a query without effort parameters. */
  static final SearchSetting DEFAULT = new SearchSetting(null, Rescore.DEFAULT);

  static SearchSetting readFrom(StreamInput in) throws IOException {
    return new SearchSetting(in.readOptionalVInt(), Rescore.readFrom(in));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeOptionalVInt(efSearch);
    rescore.writeTo(out);
  }

  /** The query as a client would send it. */
  QuantizedKnnQueryBuilder query(String field, GivenVector vector, int k) {
    return new QuantizedKnnQueryBuilder(field, vector, k).efSearch(efSearch).rescore(rescore);
  }
}
