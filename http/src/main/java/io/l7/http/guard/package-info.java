/**
 * Handlers that stand before others and let requests pass or not: passwords, rates.
 *
 * <p>Hashing is the libraries'; limits of connections are the TCP server's.
 */
@NullMarked
package io.l7.http.guard;

import org.jspecify.annotations.NullMarked;
