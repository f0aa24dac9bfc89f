/** The query: parsing, and the search of a shard. */
package io.quantvec.plugin.query;
