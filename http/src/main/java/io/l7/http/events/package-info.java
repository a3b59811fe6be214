/**
 * Server-sent events (WHATWG HTML §9.2): a response that stays open and says what happens.
 *
 * <p>Only the format; who sends what to whom is the application's.
 */
@NullMarked
package io.l7.http.events;

import org.jspecify.annotations.NullMarked;
