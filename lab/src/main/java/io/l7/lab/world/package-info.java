/**
 * The ground that a lab stands on: a slice of loopback addresses, the ports that may be used, hosts
 * and their view of the network. No protocol.
 */
@NullMarked
package io.l7.lab.world;

import org.jspecify.annotations.NullMarked;
