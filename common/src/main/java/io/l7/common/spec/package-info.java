/**
 * The annotation that ties a test to the section of the standard it proves, and the page made from
 * it.
 */
@NullMarked
package io.l7.common.spec;

import org.jspecify.annotations.NullMarked;
