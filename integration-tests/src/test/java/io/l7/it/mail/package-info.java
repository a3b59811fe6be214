/**
 * The mail daemon as people meet it: as a process that is killed, commanded from outside and talked
 * to by real programs. What a single module can prove of itself is proven there.
 */
@NullMarked
package io.l7.it.mail;

import org.jspecify.annotations.NullMarked;
