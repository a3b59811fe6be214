/**
 * The lab's names: a root, top-level domains, zones with their servers, and the recursive resolver
 * that everything uses. How zones are answered and walked is the dns module's.
 */
@NullMarked
package io.l7.lab.names;

import org.jspecify.annotations.NullMarked;
