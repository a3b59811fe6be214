/**
 * What tests of every module share: seeds that are printed, the way to the conformance data, and
 * dialogues that are played both ways.
 */
@NullMarked
package io.l7.common.testkit;

import org.jspecify.annotations.NullMarked;
