/**
 * Tests across modules: the rules of the architecture, the story's steps, the seams between
 * protocols, and, in the profile {@code interop}, real programs as peers.
 */
@NullMarked
package io.l7.it;

import org.jspecify.annotations.NullMarked;
