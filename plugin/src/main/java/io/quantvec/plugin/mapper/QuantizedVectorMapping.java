/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.calibration.store.CalibrationVersion;
import io.quantvec.plugin.node.QuantvecNode;
import io.quantvec.plugin.settings.QuantvecLimits;
import io.quantvec.plugin.settings.QuantvecSettings;
import io.quantvec.plugin.vector.MappingValues;
import io.quantvec.plugin.vector.ParameterNames;
import io.quantvec.plugin.vector.SpaceType;
import io.quantvec.plugin.vector.VectorInput;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.index.mapper.ParametrizedFieldMapper;
import org.opensearch.index.mapper.ParametrizedFieldMapper.Parameter;

/**
 * The parameters of a {@code quantized_vector} field.
 *
 * <p>All that decide about the stored bytes are always written out, so that a mapping shows what is
 * in force and keeps it when a later version has other defaults. All that can be changed must be,
 * for nodes take over a changed mapping as an update, which keeps what it does not name.
 */
final class QuantizedVectorMapping extends ParametrizedFieldMapper.Builder {

  /** The largest budget that can be asked for: above 7 bits it means int8. */
  private static final double INT8_BITS = 8;

  /**
   * The parameters by which a mapping that a node wrote is recognized: users rarely set them all.
   */
  private static final Set<String> WRITTEN_OUT =
      Set.of(
          ParameterNames.DIMENSION,
          ParameterNames.SPACE_TYPE,
          ParameterNames.PRECISION,
          ParameterNames.ALLOCATION,
          ParameterNames.RERANK,
          ParameterNames.METHOD,
          ParameterNames.DERIVED_SOURCE);

  private final Set<String> given = new HashSet<>();

  /** Whether this is probably the mapping of an existing index. */
  private boolean writtenOut;

  private final Parameter<Integer> dimension =
      parameter(
          ParameterNames.DIMENSION,
          false,
          () -> null,
          value ->
              MappingValues.intInRange(
                  ParameterNames.DIMENSION, value, 1, QuantizedFlatVectorsFormat.MAX_DIMENSIONS),
          VectorParameters::dimension);

  private final Parameter<VectorInput> input =
      parameter(
          ParameterNames.INPUT,
          false,
          () -> VectorInput.FLOAT,
          VectorInput::parse,
          VectorParameters::input);

  private final Parameter<SpaceType> spaceType =
      QuantizedVectorFieldMapper.written(
          parameter(
              ParameterNames.SPACE_TYPE,
              false,
              () -> input.get().defaultSpaceType(),
              value -> SpaceType.fromLabel(MappingValues.string(ParameterNames.SPACE_TYPE, value)),
              VectorParameters::spaceType),
          SpaceType::label);

  private final Parameter<Precision> precision =
      QuantizedVectorFieldMapper.written(
              parameter(
                  ParameterNames.PRECISION,
                  true,
                  this::defaultPrecision,
                  value ->
                      Precision.fromLabel(MappingValues.string(ParameterNames.PRECISION, value)),
                  VectorParameters::precision),
              Precision::label)
          // What was indexed so far was not checked against the range of half precision.
          .setMergeValidator(
              (previous, next) -> next != Precision.FP16 || previous == Precision.FP16);

  private final Parameter<Double> bits =
      QuantizedVectorFieldMapper.writtenUnlessNull(
              parameter(
                  ParameterNames.BITS,
                  true,
                  this::defaultBits,
                  value ->
                      MappingValues.numberInRange(
                          ParameterNames.BITS, value, QuantizationConfig.MIN_BITS, INT8_BITS),
                  parameters ->
                      parameters.precision() == Precision.BITS ? (Double) parameters.bits() : null))
          // A mapping of an older version that was read with all defaults has a null here.
          .acceptsNull();

  /**
   * Written only to mappings of {@link Precision#AUTO}, so that older nodes can read all others.
   */
  private final Parameter<Double> targetRecall =
      QuantizedVectorFieldMapper.writtenUnlessNull(
          parameter(
                  ParameterNames.TARGET_RECALL,
                  true,
                  () -> null,
                  value ->
                      MappingValues.numberInRange(
                          ParameterNames.TARGET_RECALL,
                          value,
                          QuantizationConfig.MIN_TARGET_RECALL,
                          QuantizationConfig.MAX_TARGET_RECALL),
                  parameters ->
                      parameters.precision() == Precision.AUTO
                          ? (Double) parameters.targetRecall()
                          : null)
              .acceptsNull());

  private final Parameter<CalibrationSource> calibration =
      QuantizedVectorFieldMapper.writtenUnlessNull(
          parameter(
              ParameterNames.CALIBRATION,
              true,
              () -> input.get().isCodes() ? null : CalibrationSource.DYNAMIC,
              this::parseCalibration,
              VectorParameters::calibration));

  private final Parameter<Allocation> allocation =
      QuantizedVectorFieldMapper.written(
          parameter(
              ParameterNames.ALLOCATION,
              true,
              this::defaultAllocation,
              value -> Allocation.fromLabel(MappingValues.string(ParameterNames.ALLOCATION, value)),
              VectorParameters::allocation),
          Allocation::label);

  private final Parameter<RerankPrecision> rerank =
      QuantizedVectorFieldMapper.written(
              parameter(
                  ParameterNames.RERANK,
                  true,
                  () ->
                      input.get().isCodes()
                          ? RerankPrecision.NONE
                          : QuantizationConfig.DEFAULT.rerank(),
                  value ->
                      RerankPrecision.fromLabel(MappingValues.string(ParameterNames.RERANK, value)),
                  VectorParameters::rerank),
              RerankPrecision::label)
          // As above; but copies under cosine are of unit vectors, which always fit.
          .setMergeValidator(
              (previous, next) ->
                  next != RerankPrecision.FP16
                      || previous == RerankPrecision.FP16
                      || spaceType.get() == SpaceType.COSINESIMIL);

  private final Parameter<IndexMethod> method =
      QuantizedVectorFieldMapper.written(
              parameter(
                  ParameterNames.METHOD,
                  true,
                  () -> IndexMethod.DEFAULT,
                  value -> IndexMethod.parse(value, writtenOut),
                  VectorParameters::method),
              method -> method)
          .setMergeValidator((previous, next) -> previous.name() == next.name());

  private final Parameter<Boolean> derivedSource =
      QuantizedVectorFieldMapper.written(
          parameter(
              ParameterNames.DERIVED_SOURCE,
              true,
              () -> true,
              value -> MappingValues.bool(ParameterNames.DERIVED_SOURCE, value),
              VectorParameters::derivedSource),
          derived -> derived);

  /** Without a value where it is the index's setting that counts. */
  private final Parameter<Boolean> ignoreMalformed =
      QuantizedVectorFieldMapper.writtenUnlessNull(
          parameter(
              ParameterNames.IGNORE_MALFORMED,
              true,
              () -> null,
              value -> MappingValues.bool(ParameterNames.IGNORE_MALFORMED, value),
              VectorParameters::ignoreMalformed));

  private final Parameter<Map<String, String>> meta = Parameter.metaParam();

  private final QuantvecNode node;

  QuantizedVectorMapping(String name, QuantvecNode node) {
    super(name);
    this.node = node;
  }

  /**
   * Reads a field of a mapping.
   *
   * @throws MapperParsingException if a parameter is missing, unknown, bad, or if the index does
   *     not take quantized vectors
   */
  static QuantizedVectorMapping parse(
      String name,
      Map<String, Object> json,
      Mapper.TypeParser.ParserContext context,
      QuantvecNode node) {
    try {
      QuantvecSettings.checkIndexTakesQuantizedVectors(
          context.getSettings(), name, QuantizedVectorFieldType.TYPE_NAME);
    } catch (IllegalArgumentException e) {
      throw new MapperParsingException(e.getMessage(), e);
    }
    if (context.isWithinMultiField()) {
      throw problem(name, UnsupportedParameters.AS_MULTI_FIELD);
    }
    refuseUnknown(name, json);
    QuantizedVectorMapping mapping = new QuantizedVectorMapping(name, node);
    mapping.writtenOut = json.keySet().containsAll(WRITTEN_OUT);
    mapping.parse(name, context, json);
    if (mapping.dimension.get() == null) {
      throw problem(name, "needs the parameter [" + ParameterNames.DIMENSION + "]");
    }
    try {
      QuantvecLimits.checkDimension(context.getSettings(), mapping.dimension.get());
    } catch (IllegalArgumentException e) {
      throw problem(name, ": " + e.getMessage(), e);
    }
    mapping.checkPrecisionOrBits(name);
    return mapping;
  }

  /** A mapping that a node wrote names both; its precision then is {@code bits}. */
  private void checkPrecisionOrBits(String name) {
    boolean target = given.contains(ParameterNames.TARGET_RECALL);
    if (target && (bits.get() != null || precision.get() != Precision.AUTO)) {
      String got =
          bits.get() == null
              ? ParameterNames.PRECISION + ": " + precision.get().label()
              : ParameterNames.BITS + ": " + bits.get();
      throw problem(
          name,
          "takes ["
              + ParameterNames.TARGET_RECALL
              + "] with [precision: auto] only, got ["
              + got
              + "]");
    }
    boolean budget = precision.get() == Precision.BITS;
    if (bits.get() == null && budget) {
      throw problem(
          name, "with [precision: bits] needs the parameter [" + ParameterNames.BITS + "]");
    }
    if (bits.get() != null && given.contains(ParameterNames.PRECISION) && !budget) {
      String both = "[" + precision.get().label() + "] and [" + bits.get() + "]";
      throw problem(name, "takes [precision] or [bits], got both: " + both);
    }
  }

  private static void refuseUnknown(String name, Map<String, Object> node) {
    for (String parameter : node.keySet()) {
      String reason = UnsupportedParameters.REASONS.get(parameter);
      if (reason != null) {
        throw problem(name, "takes no [" + parameter + "]: " + reason);
      }
      // The platform itself would only warn about some parameters of old, such as [store].
      if (!ParameterNames.ALL.contains(parameter)) {
        throw problem(
            name, "has the unknown parameter [" + parameter + "], expected " + ParameterNames.ALL);
      }
    }
  }

  /**
   * An update's type with the existing type's values for all that the update does not name.
   *
   * @param given the parameters that the update names
   * @throws MapperParsingException if both together contradict each other
   */
  static QuantizedVectorFieldType fill(
      QuantizedVectorFieldType update, Set<String> given, QuantizedVectorFieldType existing) {
    VectorParameters filled = existing.parameters().updated(update.parameters(), given);
    return new QuantizedVectorFieldType(
        update.name(),
        filled,
        // What cannot be changed is refused by the merge that follows, with a better message.
        indexing(update.name(), filled.withFixedOf(existing.parameters()), update.node()),
        update.node(),
        update.meta());
  }

  private static VectorIndexing indexing(
      String name, VectorParameters parameters, QuantvecNode node) {
    try {
      return parameters.indexing(node.calibrations());
    } catch (IllegalArgumentException e) {
      throw problem(name, ": " + e.getMessage(), e);
    }
  }

  private CalibrationSource parseCalibration(Object value) {
    return CalibrationSource.parse(value, node.calibrations());
  }

  /** The stored calibration that the mapping refers to; null if there is none. */
  private CalibrationVersion storedCalibration() {
    CalibrationSource source = calibration.get();
    // Where vectors arrive as codes the calibration is refused, whatever it is for.
    return source == null || source.stored() == null || input.get().isCodes()
        ? null
        : source.stored().find(node.calibrations());
  }

  private Double defaultBits() {
    CalibrationVersion stored =
        given.contains(ParameterNames.PRECISION) ? null : storedCalibration();
    return stored == null || stored.spec().precision() != Precision.BITS
        ? null
        : stored.spec().bits();
  }

  /** A target is one of the precision that it is for, as a budget is. */
  private Precision defaultPrecision() {
    if (given.contains(ParameterNames.TARGET_RECALL)) {
      return Precision.AUTO;
    }
    CalibrationVersion stored = bits.get() == null ? storedCalibration() : null;
    return stored == null ? input.get().precision() : stored.spec().precision();
  }

  private Allocation defaultAllocation() {
    CalibrationVersion stored = storedCalibration();
    return stored == null
        ? VectorParameters.defaultAllocation(input.get(), calibration.get())
        : stored.spec().allocation();
  }

  private double target(Precision chosen) {
    return chosen == Precision.AUTO && targetRecall.get() != null
        ? targetRecall.get()
        : QuantizationConfig.defaultTarget(chosen);
  }

  private VectorParameters parameters() {
    QuantizationConfig code =
        bits.get() == null
            ? new QuantizationConfig(precision.get())
            : QuantizationConfig.ofBits(bits.get(), QuantizationConfig.DEFAULT.allocation());
    return new VectorParameters(
        new VectorParameters.Shape(dimension.get(), spaceType.get(), input.get()),
        new VectorParameters.Encoding(
            code.precision(),
            code.bits(),
            target(code.precision()),
            allocation.get(),
            rerank.get()),
        calibration.get(),
        method.get(),
        derivedSource.get(),
        ignoreMalformed.get());
  }

  @Override
  protected List<Parameter<?>> getParameters() {
    return List.of(
        dimension,
        input,
        spaceType,
        precision,
        bits,
        targetRecall,
        allocation,
        rerank,
        calibration,
        method,
        derivedSource,
        ignoreMalformed,
        meta);
  }

  @Override
  public QuantizedVectorFieldMapper build(Mapper.BuilderContext context) {
    String fullName = buildFullName(context);
    VectorParameters parameters = parameters();
    QuantizedVectorFieldType type =
        new QuantizedVectorFieldType(
            fullName, parameters, indexing(fullName, parameters, node), node, meta.get());
    return new QuantizedVectorFieldMapper(name, type, given);
  }

  private <T> Parameter<T> parameter(
      String name,
      boolean updatable,
      Supplier<T> defaultValue,
      Function<Object, T> parser,
      Function<VectorParameters, T> reader) {
    return new Parameter<>(
        name,
        updatable,
        defaultValue,
        (field, context, value) -> {
          if (value == null) {
            return null;
          }
          given.add(name);
          try {
            return parser.apply(value);
          } catch (IllegalArgumentException e) {
            throw problem(field, ": " + e.getMessage(), e);
          }
        },
        mapper -> reader.apply(((QuantizedVectorFieldType) mapper.fieldType()).parameters()));
  }

  private static MapperParsingException problem(String name, String what) {
    return problem(name, " " + what, null);
  }

  private static MapperParsingException problem(String name, String what, Throwable cause) {
    return new MapperParsingException(
        "field [" + name + "] of type [" + QuantizedVectorFieldType.TYPE_NAME + "]" + what, cause);
  }
}
