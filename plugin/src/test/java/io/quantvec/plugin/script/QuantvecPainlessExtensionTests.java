/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.script;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.opensearch.common.settings.Settings;
import org.opensearch.painless.PainlessScriptEngine;
import org.opensearch.painless.spi.Allowlist;
import org.opensearch.painless.spi.AllowlistClass;
import org.opensearch.painless.spi.PainlessExtension;
import org.opensearch.painless.spi.annotation.NoImportAnnotation;
import org.opensearch.script.ScriptContext;
import org.opensearch.script.ScriptModule;
import org.opensearch.test.OpenSearchTestCase;

/** Painless starts with what this plugin adds, whatever other plugins add. */
public class QuantvecPainlessExtensionTests extends OpenSearchTestCase {

  public void testNothingIsImportedUnderANameThatOthersMayHave() {
    for (List<Allowlist> allowlists :
        new QuantvecPainlessExtension().getContextAllowlists().values()) {
      for (Allowlist allowlist : allowlists) {
        assertEquals(List.of(), allowlist.allowlistImportedMethods);
        assertEquals(List.of(), allowlist.allowlistClassBindings);
        assertEquals(List.of(), allowlist.allowlistInstanceBindings);
        for (AllowlistClass added : allowlist.allowlistClasses) {
          assertTrue(added.painlessAnnotations.containsKey(NoImportAnnotation.class));
        }
      }
    }
  }

  /** Nodes of one process, such as those of tests, share Painless' lists. */
  public void testIsTakenTwice() {
    Map<ScriptContext<?>, List<Allowlist>> allowlists = new HashMap<>();
    Allowlist first = only(new QuantvecPainlessExtension());
    Allowlist second = only(new QuantvecPainlessExtension());
    for (ScriptContext<?> context : ScriptModule.CORE_CONTEXTS.values()) {
      allowlists.put(context, List.of(Allowlist.BASE_ALLOWLISTS.get(0), first, second));
    }
    assertEquals(
        ScriptModule.CORE_CONTEXTS.size(),
        new PainlessScriptEngine(Settings.EMPTY, allowlists).getSupportedContexts().size());
  }

  private static Allowlist only(PainlessExtension extension) {
    return extension.getContextAllowlists().values().iterator().next().get(0);
  }

  public void testIsFoundAsAService() {
    assertTrue(
        ServiceLoader.load(PainlessExtension.class).stream()
            .anyMatch(provider -> provider.type() == QuantvecPainlessExtension.class));
  }
}
