/**
 * The tree of reasons behind an answer: what was asked of whom, what the cache held, which limit or
 * signature decided.
 *
 * <p>A tree is written while a question is resolved and read afterwards; nothing here decides
 * anything.
 */
@NullMarked
package io.l7.dns.explain;

import org.jspecify.annotations.NullMarked;
