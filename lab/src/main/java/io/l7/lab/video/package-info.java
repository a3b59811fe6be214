/**
 * A film behind three caches that DNS chooses among: the lab's content distribution network. What
 * is measured and told of it is the story's.
 */
@NullMarked
package io.l7.lab.video;

import org.jspecify.annotations.NullMarked;
