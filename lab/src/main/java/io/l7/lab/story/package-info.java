/**
 * The story of a lab: steps that do what the textbook describes, on real input, check it, and say
 * what they measured. How the world works is told elsewhere; nothing here is a protocol.
 */
@NullMarked
package io.l7.lab.story;

import org.jspecify.annotations.NullMarked;
