/**
 * A small JSON writer and a strict, bounded reader for results, reports and tests. Not a mapper.
 */
@NullMarked
package io.l7.common.json;

import org.jspecify.annotations.NullMarked;
