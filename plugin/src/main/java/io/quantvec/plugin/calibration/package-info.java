/** Stored calibrations: learned once, kept in the cluster state, referred to by mappings. */
package io.quantvec.plugin.calibration;
