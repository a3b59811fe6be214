package io.l7.dash.play;

import java.util.OptionalDouble;

/**
 * How live is played.
 *
 * @param capacityMs how much is kept ahead at most
 * @param delayMs how far behind the live edge, over what the manifest asks for
 * @param lastingMs how long to play; none: to the end
 */
record LiveOptions(double capacityMs, OptionalDouble delayMs, OptionalDouble lastingMs) {}
