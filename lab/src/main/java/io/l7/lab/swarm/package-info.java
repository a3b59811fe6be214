/**
 * One file, a tracker, a seed and peers that join. What the peers do is the bittorrent module's;
 * what is measured and told of it is the story's.
 */
@NullMarked
package io.l7.lab.swarm;

import org.jspecify.annotations.NullMarked;
