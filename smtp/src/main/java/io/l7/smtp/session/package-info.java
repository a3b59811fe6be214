/**
 * The server's side of one conversation, from the greeting to the last reply, as the standard tells
 * it. Decides nothing about people or routes and stores nothing itself: both are given to it.
 */
@NullMarked
package io.l7.smtp.session;

import org.jspecify.annotations.NullMarked;
