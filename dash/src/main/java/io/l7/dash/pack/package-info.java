/**
 * From a video to a presentation: where it is cut, its manifests and its files, and the port to the
 * encoder. The cuts live in one object that manifests and segments share. Serving is not here.
 */
@NullMarked
package io.l7.dash.pack;

import org.jspecify.annotations.NullMarked;
