/**
 * Iterative resolution as pure policy: delegation points, server selection, query name
 * minimisation, scrubbing, budgets, and the engine that puts them together over injected ports for
 * time, randomness, tasks and upstream exchange.
 *
 * <p>No socket and no thread is made here.
 */
@NullMarked
package io.l7.dns.resolver;

import org.jspecify.annotations.NullMarked;
