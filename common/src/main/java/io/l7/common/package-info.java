/**
 * Sockets, framing, TLS, limits, time, link emulation, transcripts and metrics; knows no protocol.
 */
@NullMarked
package io.l7.common;

import org.jspecify.annotations.NullMarked;
