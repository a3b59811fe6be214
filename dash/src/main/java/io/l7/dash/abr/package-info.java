/**
 * What rate: the adaptation rules as pure policies, the simulator that scores them in virtual time,
 * and the offline optimum they are measured against. No socket, clock or thread lives here; the
 * player feeds the same classes.
 */
@NullMarked
package io.l7.dash.abr;

import org.jspecify.annotations.NullMarked;
