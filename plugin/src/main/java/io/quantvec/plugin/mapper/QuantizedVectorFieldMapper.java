/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.plugin.node.QuantvecNode;
import io.quantvec.plugin.source.DerivedVectorField;
import io.quantvec.plugin.source.VectorText;
import io.quantvec.plugin.vector.DocumentVector;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.VectorChecks;
import io.quantvec.plugin.vector.VectorParser;
import java.io.IOException;
import java.util.Set;
import java.util.function.Function;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorEncoding;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentLocation;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.ParametrizedFieldMapper;
import org.opensearch.index.mapper.ParseContext;

/** The mapper of {@code quantized_vector}: indexes the vector of a document as a Lucene field. */
public final class QuantizedVectorFieldMapper extends ParametrizedFieldMapper {

  private final QuantizedVectorFieldType vectorType;
  private final Set<String> given;
  private final FieldType luceneType;
  private final SourceKeeping sourceKeeping;

  /**
   * @param simpleName the name without its parents
   * @param vectorType the type
   * @param given the parameters that the mapping named, as opposed to took the defaults of
   */
  QuantizedVectorFieldMapper(
      String simpleName, QuantizedVectorFieldType vectorType, Set<String> given) {
    super(simpleName, vectorType, MultiFields.empty(), CopyTo.empty());
    this.vectorType = vectorType;
    this.given = Set.copyOf(given);
    this.sourceKeeping = new SourceKeeping(vectorType.name());
    // KnnFloatVectorField.createFieldType would limit the dimension to that of Lucene's formats.
    this.luceneType = new FieldType();
    luceneType.setVectorAttributes(
        vectorType.dimension(), VectorEncoding.FLOAT32, vectorType.spaceType().similarity());
    luceneType.freeze();
  }

  /**
   * Reads the field from a mapping.
   *
   * @param node what the node has once
   */
  public static Mapper.TypeParser parser(QuantvecNode node) {
    return (name, json, context) -> QuantizedVectorMapping.parse(name, json, context, node);
  }

  /**
   * A parameter that every mapping shows, also with its default. This method is here because the
   * platform lets only mappers name the type of a serializer.
   *
   * @param content what is written for a value
   */
  static <T> Parameter<T> written(Parameter<T> parameter, Function<T, Object> content) {
    return parameter
        .setSerializer(
            (builder, name, value) -> builder.field(name, content.apply(value)),
            value -> content.apply(value).toString())
        .alwaysSerialize();
  }

  /** A parameter that every mapping shows unless its value is null. */
  static <T> Parameter<T> writtenUnlessNull(Parameter<T> parameter) {
    return parameter.setSerializerCheck((includeDefaults, isConfigured, value) -> value != null);
  }

  @Override
  public QuantizedVectorFieldType fieldType() {
    return vectorType;
  }

  @Override
  protected String contentType() {
    return QuantizedVectorFieldType.TYPE_NAME;
  }

  @Override
  public ParametrizedFieldMapper.Builder getMergeBuilder() {
    return new QuantizedVectorMapping(simpleName(), vectorType.node()).init(this);
  }

  /**
   * A mapping update keeps what it does not name. The platform would set an unnamed parameter to
   * its default, so that adding {@code meta} to an int4 field would make the field int8.
   */
  @Override
  public ParametrizedFieldMapper merge(Mapper mergeWith) {
    return super.merge(
        mergeWith instanceof QuantizedVectorFieldMapper update
            ? new QuantizedVectorFieldMapper(
                update.simpleName(),
                QuantizedVectorMapping.fill(update.vectorType, update.given, vectorType),
                update.given)
            : mergeWith);
  }

  @Override
  public boolean parsesArrayValue() {
    return true;
  }

  /**
   * Like the platform's, but the error message is ours instead of a preview of the value, which for
   * a vector would be the one number at which reading stopped.
   *
   * @throws MapperParsingException if the value is refused and malformed values are not ignored, if
   *     it does not come from the document itself, or if the mapping copies it to where another
   *     vector of the field is
   */
  @Override
  public void parse(ParseContext context) throws IOException {
    if (context.externalValueSet() || context.isWithinCopyTo()) {
      throw new MapperParsingException(
          vectorType.describe() + UnsupportedParameters.AS_COPY_TO_TARGET);
    }
    try {
      parseCreateField(context);
    } catch (IllegalArgumentException e) {
      if (!ignoresMalformed(context)) {
        throw new MapperParsingException(e.getMessage(), e);
      }
      context.addIgnoredField(name());
    }
  }

  private boolean ignoresMalformed(ParseContext context) {
    Boolean mapped = vectorType.parameters().ignoreMalformed();
    return mapped == null
        ? IGNORE_MALFORMED_SETTING.get(context.indexSettings().getSettings())
        : mapped;
  }

  @Override
  protected void parseCreateField(ParseContext context) throws IOException {
    XContentParser parser = context.parser();
    if (parser.currentToken() == XContentParser.Token.VALUE_NULL) {
      return;
    }
    sourceKeeping.check(context.docMapper().sourceMapper());
    VectorIndexing indexing = vectorType.indexing();
    // A recovering shard must accept every document that was accepted before.
    if (indexing.missing() != null
        && !vectorType.node().recoveries().isRecovering(context.indexSettings().getIndex())) {
      throw new MapperParsingException(vectorType.describe() + ": " + indexing.missing().missing());
    }
    XContentLocation first = parser.getTokenLocation();
    DocumentVector parsed =
        VectorParser.parseDocument(parser, name(), vectorType.vectors(), vectorType.dimension());
    XContentLocation last = parser.getTokenLocation();
    float[] vector = parsed.values();
    VectorChecks.checkScorable(name(), vectorType.spaceType(), vector);
    VectorChecks.checkHeld(name(), vectorType.spaceType(), indexing.config(), vector);
    if (context.doc().getField(name()) != null) {
      throw new IllegalArgumentException(
          "field ["
              + name()
              + "] of type ["
              + contentType()
              + "] expects one vector in a document, got a second one; use a [nested] object for"
              + " several");
    }
    IncludedVectors.check(context, name());
    boolean derived =
        vectorType.parameters().derivedSource()
            && parsed.form() != null
            && !parsed.form().isOfCodes();
    context
        .doc()
        .add(
            derived
                ? new DerivedVectorField(
                    name(), vector, luceneType, new VectorText(parsed.form(), first, last))
                : new KnnFloatVectorField(name(), vector, luceneType));
  }

  /** Always: {@link #deriveSource} finds every vector in the segment. */
  @Override
  public void canDeriveSource() {}

  /**
   * Writes a document's vector for an index that stores no sources at all ({@code
   * index.derived_source.enabled}). Numbers are written as an array, in whatever form they came.
   */
  @Override
  public void deriveSource(XContentBuilder builder, LeafReader reader, int document)
      throws IOException {
    FloatVectorValues values = reader.getFloatVectorValues(name());
    KnnVectorValues.DocIndexIterator iterator = values == null ? null : values.iterator();
    if (iterator != null && iterator.advance(document) == document) {
      int ord = iterator.index();
      byte[] codes =
          values instanceof QuantizedVectorValues quantized ? quantized.inputCodes(ord) : null;
      GivenVector vector =
          codes == null
              ? new GivenVector.Floats(values.vectorValue(ord))
              : vectorType.vectors().given(codes);
      builder.field(simpleName());
      vector.toXContent(builder, ToXContent.EMPTY_PARAMS);
    }
  }
}
