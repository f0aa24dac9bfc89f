/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Knows what an index may contain after a crash: of each document the acknowledged write with the
 * highest sequence number, or a later write whose answer never came. Any number of threads may use
 * a ledger.
 */
final class WriteLedger {

  /** A write that left no document. Deletions have negative numbers. */
  private static final long DELETION = -1;

  private final Map<String, Entry> entries = new HashMap<>();

  private static final class Entry {
    private long seqNo = Long.MIN_VALUE;
    private long write = DELETION;
    private final Set<Long> unanswered = new HashSet<>();
  }

  private Entry entry(String id) {
    return entries.computeIfAbsent(id, key -> new Entry());
  }

  /**
   * Records a write that is about to be sent.
   *
   * @param write a number that differs for each write; negative for a deletion
   */
  synchronized void sent(String id, long write) {
    entry(id).unanswered.add(write);
  }

  /** Records that the node refused a write, which must never become visible. */
  synchronized void refused(String id, long write) {
    entry(id).unanswered.remove(write);
  }

  /** Records that the node acknowledged a write with a sequence number. */
  synchronized void acknowledged(String id, long write, long seqNo) {
    Entry entry = entry(id);
    entry.unanswered.remove(write);
    if (seqNo > entry.seqNo) {
      entry.seqNo = seqNo;
      entry.write = write;
    }
  }

  /** Returns the documents that were written to. */
  synchronized Set<String> ids() {
    return Set.copyOf(entries.keySet());
  }

  /**
   * Compares a document with the recorded writes, and takes it as the truth from here on.
   *
   * @param seqNo the sequence number of the document
   * @param write the write that the document holds
   * @return a description of what is wrong; null if nothing is
   */
  synchronized String check(String id, long seqNo, long write) {
    Entry entry = entry(id);
    boolean last = write == entry.write && seqNo == entry.seqNo;
    boolean later = entry.unanswered.contains(write) && seqNo > entry.seqNo;
    String problem = last || later ? null : problem(id, entry, "write " + write + " of " + seqNo);
    entry.write = write;
    entry.seqNo = seqNo;
    entry.unanswered.clear();
    return problem;
  }

  /** Checks a document that does not exist, in the same way. */
  synchronized String checkMissing(String id) {
    Entry entry = entry(id);
    boolean deleted = entry.write < 0 || entry.unanswered.stream().anyMatch(write -> write < 0);
    String problem = deleted ? null : problem(id, entry, "none");
    entry.write = DELETION;
    entry.unanswered.clear();
    return problem;
  }

  private static String problem(String id, Entry entry, String found) {
    return "document ["
        + id
        + "]: expected write "
        + entry.write
        + " of sequence number "
        + entry.seqNo
        + ", or a later one of "
        + entry.unanswered
        + ", found "
        + found;
  }
}
