/** What the vectors of an index take, how good their codes are, and what is done with them. */
package io.quantvec.plugin.stats;
