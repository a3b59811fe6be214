/** A client of raw bytes for tests. No protocol knowledge beyond finding the end of an answer. */
@NullMarked
package io.l7.http.testkit;

import org.jspecify.annotations.NullMarked;
