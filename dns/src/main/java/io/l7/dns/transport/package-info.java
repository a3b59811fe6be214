/**
 * Questions to name servers over real networks: UDP from a port of its own each, TCP over
 * connections that are kept for a while, and addresses mapped for laboratories.
 *
 * <p>What to ask, whom, and what to make of the answer is not decided here.
 */
@NullMarked
package io.l7.dns.transport;

import org.jspecify.annotations.NullMarked;
