/** Takes samples of a field's vectors from all shards of indexes. */
package io.quantvec.plugin.sample;
