/**
 * ISO base media files (ISO/IEC 14496-12): a bounded reader of boxes and sample tables over
 * positioned reads, and the writers of init segments, fragments and plain MP4 files. Knows no
 * manifest and no network.
 */
@NullMarked
package io.l7.dash.bmff;

import org.jspecify.annotations.NullMarked;
