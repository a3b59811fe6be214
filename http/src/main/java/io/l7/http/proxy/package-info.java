/**
 * A reverse proxy as a handler: what of a message crosses it, to which upstream it goes, which of
 * them are healthy, what is tried again.
 *
 * <p>Connections and parsing are the client's ({@code io.l7.http.client}), caching is {@code
 * io.l7.http.cache}'s.
 */
@NullMarked
package io.l7.http.proxy;

import org.jspecify.annotations.NullMarked;
