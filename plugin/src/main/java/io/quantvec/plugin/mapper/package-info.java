/** The field type: mapping parameters, and the way from a document to a Lucene field. */
package io.quantvec.plugin.mapper;
