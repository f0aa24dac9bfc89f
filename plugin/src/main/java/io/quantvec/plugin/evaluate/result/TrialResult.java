/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import io.quantvec.plugin.wire.JsonNumbers;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What another precision would give, from an index of a sample in memory.
 *
 * @param codes what is stored of a vector
 * @param vectorBytes bytes per vector
 * @param recallOfCodes recall of the codes' own scores, by a scan
 * @param candidates vectors of a shard that a query rescores which says nothing; 0 for none
 * @param recall with these, by a scan
 * @param meetsTarget whether the recall that was asked for is met; null if none was
 */
public record TrialResult(
    Codes codes,
    VectorBytes vectorBytes,
    double recallOfCodes,
    int candidates,
    double recall,
    Boolean meetsTarget)
    implements Writeable, ToXContentObject {
  /**
   * What is stored of a vector.
   *
   * @param precision its name in mappings
   * @param bits its budget in bits per dimension
   * @param rerank the kind of the rerank copy
   */
  public record Codes(String precision, double bits, String rerank) {}

  /**
   * Bytes per vector.
   *
   * @param codeBytes bytes of a code: what should be in memory
   * @param rerankBytes bytes of the rerank copy of a vector
   * @param errorBytes bytes that bound the errors of both
   */
  public record VectorBytes(int codeBytes, int rerankBytes, int errorBytes) {}

  /** Bytes of a vector in all, links of a graph not counted. */
  public int totalBytes() {
    return vectorBytes.codeBytes() + vectorBytes.rerankBytes() + vectorBytes.errorBytes();
  }

  static TrialResult readFrom(StreamInput in) throws IOException {
    return new TrialResult(
        new Codes(in.readString(), in.readDouble(), in.readString()),
        new VectorBytes(in.readVInt(), in.readVInt(), in.readVInt()),
        in.readDouble(),
        in.readVInt(),
        in.readDouble(),
        in.readOptionalBoolean());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(codes.precision());
    out.writeDouble(codes.bits());
    out.writeString(codes.rerank());
    out.writeVInt(vectorBytes.codeBytes());
    out.writeVInt(vectorBytes.rerankBytes());
    out.writeVInt(vectorBytes.errorBytes());
    out.writeDouble(recallOfCodes);
    out.writeVInt(candidates);
    out.writeDouble(recall);
    out.writeOptionalBoolean(meetsTarget);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    builder.field("precision", codes.precision());
    builder.field("bits", codes.bits());
    builder.field("rerank", codes.rerank());
    builder.field("code_bytes", vectorBytes.codeBytes());
    builder.field("rerank_bytes", vectorBytes.rerankBytes());
    builder.field("error_bytes", vectorBytes.errorBytes());
    builder.field("total_bytes", totalBytes());
    JsonNumbers.shareOrNull(builder, "recall_of_codes", recallOfCodes);
    builder.field("candidates", candidates);
    JsonNumbers.shareOrNull(builder, "recall", recall);
    if (meetsTarget != null) {
      builder.field("meets_target", meetsTarget);
    }
    return builder.endObject();
  }
}
