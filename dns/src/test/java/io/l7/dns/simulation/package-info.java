/**
 * A simulated Internet for tests: name servers in memory, delay and loss, virtual time. Nothing
 * here opens a socket or reads a clock.
 */
@NullMarked
package io.l7.dns.simulation;

import org.jspecify.annotations.NullMarked;
