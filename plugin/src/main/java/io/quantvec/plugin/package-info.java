/** The OpenSearch plugin: what it registers, and the index setting it reads. */
package io.quantvec.plugin;
