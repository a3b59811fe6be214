/**
 * A shared cache (RFC 9111) as a handler in front of another: what may be stored, what may be
 * reused, validation, request collapsing, stores in memory and on disk, purge and explanation.
 *
 * <p>The decisions are pure classes over parsed fields and numbers; no socket and no upstream in
 * here, the next handler is given.
 */
@NullMarked
package io.l7.http.cache;

import org.jspecify.annotations.NullMarked;
