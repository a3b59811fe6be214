/**
 * A recording that is looped as if it were live: which segment is there at what time, and the
 * manifests that say so. Pure: the time comes in. Bytes and sockets are serve's.
 */
@NullMarked
package io.l7.dash.live;

import org.jspecify.annotations.NullMarked;
