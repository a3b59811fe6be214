/**
 * Runs of the shared vectors against the server and the parser. The data are not part of the
 * project.
 */
@NullMarked
package io.l7.http.conformance;

import org.jspecify.annotations.NullMarked;
