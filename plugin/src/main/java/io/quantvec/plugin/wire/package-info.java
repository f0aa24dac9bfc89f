/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Numbers of enum constants in messages between nodes, which never change. It may import no other
 * package of the plugin. Start with {@link io.quantvec.plugin.wire.WireNumbers}.
 */
package io.quantvec.plugin.wire;
