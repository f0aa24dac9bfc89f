/** Stored vectors for scripts and {@code docvalue_fields}. */
package io.quantvec.plugin.fielddata;
