/** The choice of the vector format, field by field. */
package io.quantvec.plugin.codec;
