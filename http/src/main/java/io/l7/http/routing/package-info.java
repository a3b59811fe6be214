/**
 * Which handler answers: by method and path, by host.
 *
 * <p>Matches on the path decoded once; a path that could mean two things matches nothing and is
 * 400.
 */
@NullMarked
package io.l7.http.routing;

import org.jspecify.annotations.NullMarked;
