/**
 * The DNS authority as a process of its own: beside real programs (tag {@code interop}) and killed
 * at work. What one module's classes do among themselves is tested in that module.
 */
@NullMarked
package io.l7.it.dns;

import org.jspecify.annotations.NullMarked;
