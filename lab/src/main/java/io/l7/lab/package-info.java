/** The little Internet: every protocol in one process, its dashboard and its JUnit extension. */
@NullMarked
package io.l7.lab;

import org.jspecify.annotations.NullMarked;
