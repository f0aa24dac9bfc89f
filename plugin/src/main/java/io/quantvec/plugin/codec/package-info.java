/** The codec of indexes with quantized vectors: formats field by field, and derived sources. */
package io.quantvec.plugin.codec;
