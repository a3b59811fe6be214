/**
 * How bytes on a stream become messages: lines, dot-stuffed blocks, counted octets, chunks and
 * length prefixes, each with its limit and its rule for staying in step. No sockets, threads or
 * clocks, and no protocol: what a line means is decided elsewhere.
 */
@NullMarked
package io.l7.common.framing;

import org.jspecify.annotations.NullMarked;
