/**
 * Which block to ask of whom: rarity, strict priority, endgame, file selection, the depth of the
 * request queue, and who sent which block of a corrupt piece. Pure; asks nobody itself.
 */
@NullMarked
package io.l7.bittorrent.pick;

import org.jspecify.annotations.NullMarked;
