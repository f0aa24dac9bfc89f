/** What scripts may call of this plugin. */
package io.quantvec.plugin.script;
