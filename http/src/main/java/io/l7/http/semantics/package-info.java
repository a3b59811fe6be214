/**
 * Rules of RFC 9110 that servers and caches share: entity tags, conditions, ranges, content
 * codings.
 *
 * <p>Pure: fields in, decisions out. No files, sockets or clocks.
 */
@NullMarked
package io.l7.http.semantics;

import org.jspecify.annotations.NullMarked;
