/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Settings of nodes and indexes, the limits that they set, and the names that requests use. It may
 * import no other package of the plugin but {@code wire}. Start with {@link
 * io.quantvec.plugin.settings.QuantvecLimits}.
 */
package io.quantvec.plugin.settings;
