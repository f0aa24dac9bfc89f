/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/** The kernels over mapped memory with the Vector API. */
final class PanamaRecordReader extends AbstractMappedRecordReader {

  /** Shorter codes gain nothing: 260 bytes take 15 to 20 ns with and without. */
  private static final int TOUCHED_FROM = 300;

  /** Two cache lines, which the CPU fetches as a pair. */
  private static final int TOUCH_STEP = 128;

  /** The buffer of sums of 16 bits between a kernel's loop and its end. */
  private final short[] sums = new short[PanamaBulkKernels.SUMS];

  private static final int CACHE_LINE = 64;

  /** The codes that a scan finds, and room after them. */
  private int[] numbers = new int[0];

  /** Keeps the compiler from omitting loads without a use. */
  private int touched;

  PanamaRecordReader(MemorySegment segment) {
    super(segment);
  }

  /** Compiles a kernel before its first use, unless there are too few codes to matter. */
  private void prepare(KernelCompilation kernel, Consumer<KernelTraining> call) {
    if (!kernel.isBegun() && segment.byteSize() >= KernelTraining.BYTES) {
      KernelTraining training = new KernelTraining(segment, sums);
      kernel.await(() -> call.accept(training));
    }
  }

  @Override
  public float dotBytes(float[] query, long offset, int length) {
    prepare(KernelTraining.FLOATS, KernelTraining::floats);
    return PanamaKernels.dotBytes(query, segment, offset, length);
  }

  @Override
  public int dotNibbles(short[] query, long offset, int lanes) {
    prepare(KernelTraining.NIBBLES, KernelTraining::nibbles);
    return PanamaKernels.dotNibbles(query, segment, offset, lanes);
  }

  @Override
  public int dotPlanes(long[] query, byte[] planes, long offset) {
    prepare(KernelTraining.PLANES, KernelTraining::planes);
    return PanamaKernels.dotPlanes(query, planes, segment, offset);
  }

  @Override
  public int dotCodes(short[] code, long offset, int length) {
    prepare(KernelTraining.CODES, KernelTraining::codes);
    return PanamaKernels.dotCodes(code, segment, offset, length);
  }

  @Override
  public float dotHalves(float[] query, long offset) {
    prepare(KernelTraining.HALVES, KernelTraining::halves);
    return PanamaKernels.dotHalves(query, segment, offset);
  }

  @Override
  public float squareDistanceHalves(float[] query, long offset) {
    prepare(KernelTraining.HALVES, KernelTraining::halves);
    return PanamaKernels.squareDistanceHalves(query, segment, offset);
  }

  /** One code after the other: four at a time would box vectors, and are no faster once fetched. */
  @Override
  public void dotBytes(float[] query, long[] offsets, int count, int length, float[] products) {
    prepare(KernelTraining.FLOATS, KernelTraining::floats);
    for (int i = 0; i < count; i++) {
      products[i] = PanamaKernels.dotBytes(query, segment, offsets[i], length);
    }
  }

  @Override
  public void dotCodes(short[] code, long[] offsets, int count, int length, int[] products) {
    prepare(KernelTraining.CODES, KernelTraining::codes);
    int i = 0;
    if (!isScan(offsets, count, length)) {
      for (; i <= count - PanamaBulkKernels.WIDTH; i += PanamaBulkKernels.WIDTH) {
        PanamaBulkKernels.dotCodes(code, segment, offsets, i, length, sums, products);
      }
    }
    for (; i < count; i++) {
      products[i] = PanamaKernels.dotCodes(code, segment, offsets[i], length);
    }
  }

  /**
   * One code after the other, with the bytes of four codes prefetched at a time: four codes side by
   * side would box the vectors of their many sums.
   */
  @Override
  public void dotNibbles(short[] query, long[] offsets, int count, int lanes, int[] products) {
    prepare(KernelTraining.NIBBLES, KernelTraining::nibbles);
    boolean scan = isScan(offsets, count, Short.BYTES * lanes);
    for (int i = 0; i < count; i++) {
      if (!scan && i % PanamaBulkKernels.WIDTH == 0) {
        int end = Math.min(count, i + PanamaBulkKernels.WIDTH);
        for (int ahead = i; ahead < end; ahead++) {
          fetch(offsets[ahead], Short.BYTES * lanes);
        }
      }
      products[i] = PanamaKernels.dotNibbles(query, segment, offsets[i], lanes);
    }
  }

  @Override
  public void dotPlanes(long[] query, byte[] planes, long[] offsets, int count, int[] products) {
    prepare(KernelTraining.PLANES, KernelTraining::planes);
    int i = 0;
    for (; i <= count - PanamaBulkKernels.WIDTH; i += PanamaBulkKernels.WIDTH) {
      touch(offsets, i, planes.length * BLOCK_WORDS * Long.BYTES);
      PanamaBulkKernels.dotPlanes(query, planes, segment, offsets, i, products);
    }
    for (; i < count; i++) {
      products[i] = PanamaKernels.dotPlanes(query, planes, segment, offsets[i]);
    }
  }

  @Override
  public int scanPlanes(
      long[] query,
      byte[] planes,
      long offset,
      int stride,
      int count,
      int[] least,
      int[] sums,
      int[] found) {
    prepare(KernelTraining.SCAN, KernelTraining::scan);
    PanamaBulkKernels.scanPlanes(query, planes.length, segment, offset, stride, count, sums);
    if (numbers.length < count + PanamaBulkKernels.WIDEST_INTS) {
      numbers = new int[count + PanamaBulkKernels.WIDEST_INTS];
    }
    int size = PanamaBulkKernels.atLeast(sums, count, least, numbers);
    System.arraycopy(numbers, 0, found, 0, size);
    return size;
  }

  /**
   * Whether codes of bytes follow each other and are long enough for one at a time to be faster: 53
   * instead of 119 ns for 1,024 bytes. Reading through them as {@link #touch} does not help.
   */
  private static boolean isScan(long[] offsets, int count, int bytes) {
    return bytes >= TOUCHED_FROM
        && count > 1
        && offsets[count - 1] - offsets[0] <= (count - 1L) * (bytes + READABLE_BEHIND)
        && offsets[count - 1] - offsets[0] == (count - 1L) * (offsets[1] - offsets[0])
        && offsets[1] > offsets[0];
  }

  /**
   * Reads through four codes that follow each other before a kernel takes them side by side: the
   * CPU prefetches one run of addresses, but not four. A scan of 1,024 dimensions of 4 bits takes
   * 30 ns per code with this and 71 ns without.
   */
  private void touch(long[] offsets, int from, int bytes) {
    long stride = offsets[from + 1] - offsets[from];
    if (stride < TOUCHED_FROM
        || stride > bytes + READABLE_BEHIND
        || offsets[from + 2] - offsets[from + 1] != stride
        || offsets[from + 3] - offsets[from + 2] != stride) {
      return;
    }
    int sum = 0;
    for (long at = offsets[from]; at < offsets[from + 3] + bytes; at += TOUCH_STEP) {
      sum += segment.get(ValueLayout.JAVA_BYTE, at);
    }
    touched += sum;
  }

  @Override
  public void fetch(long[] offsets, int count, int length) {
    if (count < 2 || offsets[1] - offsets[0] == length) {
      return;
    }
    int sum = 0;
    for (int i = 0; i < count; i++) {
      long start = offsets[i];
      for (int at = 0; at < length; at += CACHE_LINE) {
        sum += segment.get(ValueLayout.JAVA_BYTE, start + at);
      }
      sum += segment.get(ValueLayout.JAVA_BYTE, start + length - 1);
    }
    touched += sum;
  }

  private void fetch(long offset, int bytes) {
    int sum = 0;
    for (int i = 0; i < bytes; i += CACHE_LINE) {
      sum += segment.get(ValueLayout.JAVA_BYTE, offset + i);
    }
    touched += sum;
  }
}
