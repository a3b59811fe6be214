/**
 * Files whose loss would matter, behind a small port that a test can crash, and the pool of
 * platform threads on which blocking file work runs. What is written, and when it counts, is the
 * caller's.
 */
@NullMarked
package io.l7.common.disk;

import org.jspecify.annotations.NullMarked;
