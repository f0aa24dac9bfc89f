/** Documents' sources without the text of their vectors, and their way back. */
package io.quantvec.plugin.source;
