/** A page on which a person sees how good the codes of a field are, and what to change. */
package io.quantvec.plugin.report;
