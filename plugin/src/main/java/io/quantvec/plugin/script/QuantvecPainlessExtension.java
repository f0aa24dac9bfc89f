/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.script;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.painless.spi.Allowlist;
import org.opensearch.painless.spi.AllowlistLoader;
import org.opensearch.painless.spi.PainlessExtension;
import org.opensearch.script.AggregationScript;
import org.opensearch.script.DerivedFieldScript;
import org.opensearch.script.FieldScript;
import org.opensearch.script.FilterScript;
import org.opensearch.script.NumberSortScript;
import org.opensearch.script.ScoreScript;
import org.opensearch.script.ScriptContext;
import org.opensearch.script.ScriptedMetricAggContexts;
import org.opensearch.script.StringSortScript;
import org.opensearch.script.TermsSetQueryScript;

/**
 * Tells Painless what scripts may call: the methods of {@link
 * io.quantvec.plugin.mapper.VectorDocValues}, in all scripts that see doc values. Painless finds it
 * as a service; a node without Painless never loads it.
 *
 * <p>There are no imported functions among them, nor is the class imported under its short name:
 * Painless refuses to start if another plugin has a function of the same name and number of
 * arguments, as the k-NN plugin has {@code l2Squared} and its like.
 */
public final class QuantvecPainlessExtension implements PainlessExtension {

  private static final Allowlist ALLOWLIST =
      AllowlistLoader.loadFromResourceFiles(
          QuantvecPainlessExtension.class, "quantvec-allowlist.txt");

  private static final List<ScriptContext<?>> CONTEXTS =
      List.of(
          AggregationScript.CONTEXT,
          DerivedFieldScript.CONTEXT,
          FieldScript.CONTEXT,
          FilterScript.CONTEXT,
          NumberSortScript.CONTEXT,
          ScoreScript.CONTEXT,
          ScriptedMetricAggContexts.MapScript.CONTEXT,
          StringSortScript.CONTEXT,
          TermsSetQueryScript.CONTEXT);

  /** The constructor that Painless calls. */
  public QuantvecPainlessExtension() {}

  @Override
  public Map<ScriptContext<?>, List<Allowlist>> getContextAllowlists() {
    Map<ScriptContext<?>, List<Allowlist>> allowlists = new HashMap<>();
    for (ScriptContext<?> context : CONTEXTS) {
      allowlists.put(context, List.of(ALLOWLIST));
    }
    return allowlists;
  }
}
