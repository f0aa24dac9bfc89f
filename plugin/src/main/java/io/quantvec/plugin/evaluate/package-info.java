/** What searches of a field find, measured against an exact scan, and what other codes would. */
package io.quantvec.plugin.evaluate;
