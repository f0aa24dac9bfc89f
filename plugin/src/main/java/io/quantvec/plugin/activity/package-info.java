/** What searches and writes did on this node, counted per shard and field. */
package io.quantvec.plugin.activity;
