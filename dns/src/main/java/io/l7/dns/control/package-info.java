/**
 * What the keeper of a running server can ask of it: the cache listed and flushed, settings read
 * again. Over HTTP on loopback; what is shown of the server's health lives in {@code
 * io.l7.common.metrics}.
 */
@NullMarked
package io.l7.dns.control;

import org.jspecify.annotations.NullMarked;
