/** Reads what searches need before they need it. */
package io.quantvec.plugin.warmup;
