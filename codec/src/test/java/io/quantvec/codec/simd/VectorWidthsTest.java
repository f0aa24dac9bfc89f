/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests kernels with narrower vectors than the CPU's in other JVMs, as the width is a constant. */
class VectorWidthsTest {

  /** Main class of the other JVM, which runs all of {@link KernelsTest}. */
  static final class Main {

    private Main() {}

    /**
     * Runs the tests and prints the name of the kernels.
     *
     * @throws InvocationTargetException if a test fails
     */
    public static void main(String[] args) throws ReflectiveOperationException {
      int tests = 0;
      for (Method method : KernelsTest.class.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Test.class)) {
          method.setAccessible(true);
          method.invoke(new KernelsTest());
          tests++;
        }
      }
      System.out.println(MappedRecordReaders.name() + (tests > 0 ? " agrees" : " has no tests"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void narrowerKernelsAgree(int bytes) throws IOException, InterruptedException {
    int widest = PanamaKernels.BITS;
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:MaxVectorSize=" + bytes,
                    "--add-modules",
                    "jdk.incubator.vector",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    String expected = "panama-" + Math.min(widest, Byte.SIZE * bytes) + " agrees";
    assertEquals(expected, output.strip().lines().reduce((a, b) -> b).orElse(""), output);
  }
}
