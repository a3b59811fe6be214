/**
 * Who may download from us: tit for tat while we leech, the seed's policies after, and what a
 * super-seed shows to whom. Pure: time and randomness are handed in, nothing is sent from here.
 */
@NullMarked
package io.l7.bittorrent.choke;

import org.jspecify.annotations.NullMarked;
