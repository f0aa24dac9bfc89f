/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.script.QuantvecPainlessExtension;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.painless.PainlessScriptEngine;
import org.opensearch.painless.spi.Allowlist;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.ScriptPlugin;
import org.opensearch.script.ScriptContext;
import org.opensearch.script.ScriptEngine;

/**
 * Painless with what this plugin adds to it. A node of a unit test does not look for extensions, so
 * this does what the module does when it finds one.
 */
public final class PainlessTestPlugin extends Plugin implements ScriptPlugin {

  @Override
  public ScriptEngine getScriptEngine(Settings settings, Collection<ScriptContext<?>> contexts) {
    Map<ScriptContext<?>, List<Allowlist>> added =
        new QuantvecPainlessExtension().getContextAllowlists();
    Map<ScriptContext<?>, List<Allowlist>> allowlists = new HashMap<>();
    for (ScriptContext<?> context : contexts) {
      List<Allowlist> all = new ArrayList<>(Allowlist.BASE_ALLOWLISTS);
      all.addAll(added.getOrDefault(context, List.of()));
      allowlists.put(context, all);
    }
    return new PainlessScriptEngine(settings, allowlists);
  }
}
