/**
 * The chunk server: a packed folder, or a plain MP4 packaged on the fly, as a {@code Handler} with
 * the right types, ranges, caching and cross-origin headers; what clients report (CMCD); and the
 * player page. Sockets are http's.
 */
@NullMarked
package io.l7.dash.serve;

import org.jspecify.annotations.NullMarked;
