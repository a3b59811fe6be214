/**
 * How fast the hot paths are: framings and parsers over memory, and a server that always gives the
 * same answer, the ceiling of what the machine's sockets allow. No peers: those are in {@code
 * benchmarks/run}.
 */
@NullMarked
package io.l7.benchmarks;

import org.jspecify.annotations.NullMarked;
