/**
 * A lab for each JUnit test, with assertions on what happened in it and evidence when a test fails.
 * The only package that needs JUnit.
 */
@NullMarked
package io.l7.lab.junit;

import org.jspecify.annotations.NullMarked;
