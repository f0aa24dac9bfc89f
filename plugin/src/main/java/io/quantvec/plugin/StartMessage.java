/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.codec.records.RecordReaders;
import org.apache.logging.log4j.Logger;
import org.apache.lucene.util.Version;

/** The message that the plugin logs when the node starts. */
final class StartMessage {

  private StartMessage() {}

  /** Names the versions and the kernels that were chosen, for instance {@code panama-512}. */
  static void log(Logger logger) {
    String version = StartMessage.class.getPackage().getImplementationVersion();
    logger.info(
        "plugin [quantvec], version [{}], Lucene [{}], kernels [{}]{}",
        version == null ? "unknown" : version,
        Version.LATEST,
        RecordReaders.kernels(),
        RecordReaders.hasVectorApi()
            ? ""
            : ": searches are slow without the Vector API; start the JVM with [--add-modules"
                + " jdk.incubator.vector]");
  }
}
