/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
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

/** What each package of the codec may import. The packages' Javadoc says the same in words. */
class PackageOrderTest {

  private static final String BASE = "io.quantvec.codec";

  /** A package imports packages to its left only; the formats in the root are last. */
  private static final List<String> LOWEST_FIRST =
      List.of(
          "simd",
          "records",
          "file",
          "transform",
          "calibration",
          "config",
          "encode",
          "score",
          "search",
          "graph",
          "segment",
          "write",
          "hnsw",
          "query",
          "");

  /** More than a newcomer reads in a folder's list. */
  private static final int MOST_CLASSES_OF_A_PACKAGE = 25;

  private static final JavaClasses CLASSES = new ClassFileImporter().importPath(mainClasses());

  private static Path mainClasses() {
    try {
      return Path.of(
          QuantizedFlatVectorsFormat.class
              .getProtectionDomain()
              .getCodeSource()
              .getLocation()
              .toURI());
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
    slices().matching(BASE + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void testKernelsKnowTheJdkOnly() {
    classes()
        .that()
        .resideInAPackage(BASE + ".simd..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "jdk.incubator.vector..", BASE + ".simd..")
        .check(CLASSES);
  }

  @Test
  void testSearchKnowsLuceneOnly() {
    noClasses()
        .that()
        .resideInAPackage(BASE + ".search..")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of another package of the codec",
                c -> c.getPackageName().startsWith(BASE) && !nameOf(c).equals("search")))
        .check(CLASSES);
  }

  @Test
  void testCodecDoesNotKnowThePlatform() {
    noClasses().should().dependOnClassesThat().resideInAPackage("org.opensearch..").check(CLASSES);
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

  /** The name of a class's package below the codec's own; empty for the root. */
  private static String nameOf(JavaClass c) {
    String name = c.getPackageName();
    return name.equals(BASE) ? "" : name.substring(BASE.length() + 1);
  }
}
