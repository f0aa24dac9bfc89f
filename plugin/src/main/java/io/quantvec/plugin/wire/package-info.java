/** How values are written between nodes. */
package io.quantvec.plugin.wire;
