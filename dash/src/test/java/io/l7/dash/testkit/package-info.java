/**
 * What tests of several packages share: budgets of time and memory, and files with a hole. No test
 * lives here.
 */
@NullMarked
package io.l7.dash.testkit;

import org.jspecify.annotations.NullMarked;
