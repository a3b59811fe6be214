/**
 * What tests of every module share: seeds that are printed, and the way to the conformance data.
 */
@NullMarked
package io.l7.common.testkit;

import org.jspecify.annotations.NullMarked;
