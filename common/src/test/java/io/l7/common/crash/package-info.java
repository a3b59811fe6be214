/**
 * A disk that forgets what was not synced, fails when told to, and can be cut off at every single
 * operation: what durable stores are tested on.
 */
@NullMarked
package io.l7.common.crash;

import org.jspecify.annotations.NullMarked;
