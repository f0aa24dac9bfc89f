/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorFileTest {

  @TempDir Path folder;

  @Test
  void vectorsThatStayInTheirFileAreTheSame() throws IOException {
    float[][] vectors = SmallData.vectors(50, 7, 3);
    SmallData.write(folder, VectorSimilarityFunction.COSINE, vectors, SmallData.vectors(2, 7, 4));
    Path file = folder.resolve("tiny.base.f16bin");
    List<float[]> onHeap = VectorFile.open(file);
    List<float[]> mapped = VectorFile.open(file, 0);
    assertEquals(vectors.length, onHeap.size());
    assertEquals(vectors.length, mapped.size());
    for (int id = 0; id < vectors.length; id++) {
      assertArrayEquals(vectors[id], onHeap.get(id));
      assertArrayEquals(vectors[id], mapped.get(id));
    }
    assertSame(onHeap.get(3), onHeap.get(3));
    assertNotSame(mapped.get(3), mapped.get(3), "kept on the heap");
  }

  @Test
  void changedVectorsLeaveTheirOriginals() {
    List<float[]> vectors = Arrays.asList(SmallData.vectors(5, 7, 3));
    float first = vectors.get(0)[0];
    List<float[]> changed =
        VectorFile.changed(
            vectors,
            vector -> {
              float[] copy = vector.clone();
              copy[0]++;
              return copy;
            });
    assertEquals(first, vectors.get(0)[0]);
    assertEquals(first + 1, changed.get(0)[0]);
    assertEquals(vectors.size(), changed.size());
  }
}
