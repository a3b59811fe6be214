/**
 * Clocks and timers as a port: the machine's own, and a virtual one that tests and simulators
 * advance by hand. No policy lives here.
 */
@NullMarked
package io.l7.common.time;

import org.jspecify.annotations.NullMarked;
