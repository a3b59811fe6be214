/**
 * The lab's links: rate, delay, jitter and loss between two hosts, as pure arithmetic over time and
 * as wrapped sockets.
 */
@NullMarked
package io.l7.common.link;

import org.jspecify.annotations.NullMarked;
