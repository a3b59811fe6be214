/**
 * Named bounds and the policies that hold them: token buckets and permits. Time comes in from
 * outside; nothing here starts a thread.
 */
@NullMarked
package io.l7.common.limits;

import org.jspecify.annotations.NullMarked;
