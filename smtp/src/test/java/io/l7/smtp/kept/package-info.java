/** Files written behind, on disks that fail, and by power cuts. */
@NullMarked
package io.l7.smtp.kept;

import org.jspecify.annotations.NullMarked;
