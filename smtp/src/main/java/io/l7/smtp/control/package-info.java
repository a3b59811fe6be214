/**
 * The queue's commands from outside: a socket inside the store for a running server, the store's
 * lock when there is none. Knows how commands look as JSON; what they do is the queue's.
 */
@NullMarked
package io.l7.smtp.control;

import org.jspecify.annotations.NullMarked;
