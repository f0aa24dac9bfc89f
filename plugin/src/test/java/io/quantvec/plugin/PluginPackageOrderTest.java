/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What each package of the plugin may import. The packages' Javadoc says the same in words. */
class PluginPackageOrderTest {

  private static final String BASE = "io.quantvec.plugin";

  /** A package imports packages to its left only; the plugin in the root is last. */
  private static final List<String> LOWEST_FIRST =
      List.of(
          "wire",
          "settings",
          "activity",
          "source",
          "vector",
          "calibration.store",
          "node",
          "mapper",
          "codec",
          "search",
          "query",
          "broadcast",
          "sample",
          "calibration",
          "stats",
          "warmup",
          "evaluate.result",
          "evaluate.shard",
          "evaluate.trial",
          "evaluate",
          "report",
          "script",
          "");

  /** More than a newcomer reads in a folder's list. */
  private static final int MOST_CLASSES_OF_A_PACKAGE = 25;

  private static final JavaClasses CLASSES = new ClassFileImporter().importPath(mainClasses());

  private static Path mainClasses() {
    try {
      return Path.of(
          QuantvecPlugin.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void testPackagesImportLowerPackagesOnly() {
    assertEquals(List.of(), importsAgainst(LOWEST_FIRST));
  }

  @Test
  void testImportsAgainstTheOrderAreFound() {
    assertFalse(importsAgainst(LOWEST_FIRST.reversed()).isEmpty());
  }

  @Test
  void testEachPackageHasAPlaceInTheOrder() {
    TreeSet<String> packages = new TreeSet<>();
    CLASSES.forEach(c -> packages.add(nameOf(c)));
    assertEquals(new TreeSet<>(LOWEST_FIRST), packages);
  }

  @Test
  void testNoCircleOfPackages() {
    slices().matching(BASE + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void testScriptsKnowThePlatformOnly() {
    noClasses()
        .that()
        .resideInAPackage(BASE + ".script..")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of another package of the plugin",
                c -> c.getPackageName().startsWith(BASE) && !nameOf(c).equals("script")))
        .check(CLASSES);
  }

  @Test
  void testNoPackageIsADrawer() {
    Map<String, Integer> counts = new TreeMap<>();
    for (JavaClass c : CLASSES) {
      if (c.isTopLevelClass() && !c.getSimpleName().equals("package-info")) {
        counts.merge(nameOf(c), 1, Integer::sum);
      }
    }
    counts.forEach(
        (name, count) ->
            assertTrue(
                count <= MOST_CLASSES_OF_A_PACKAGE,
                "package [" + name + "] has " + count + " top-level classes"));
  }

  private static List<String> importsAgainst(List<String> order) {
    List<String> found = new ArrayList<>();
    for (JavaClass origin : CLASSES) {
      for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith(BASE)
            && order.indexOf(nameOf(target)) > order.indexOf(nameOf(origin))) {
          found.add(dependency.getDescription());
        }
      }
    }
    return found;
  }

  /** The name of a class's package below the plugin's own; empty for the root. */
  private static String nameOf(JavaClass c) {
    String name = c.getPackageName();
    return name.equals(BASE) ? "" : name.substring(BASE.length() + 1);
  }
}
