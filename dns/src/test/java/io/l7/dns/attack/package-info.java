/**
 * One test for each known attack on a resolver: each holds a cap in packets, octets or processor
 * time, and sees that other clients are served meanwhile.
 */
@NullMarked
package io.l7.dns.attack;

import org.jspecify.annotations.NullMarked;
