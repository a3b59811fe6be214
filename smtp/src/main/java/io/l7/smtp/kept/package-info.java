/**
 * Small files that outlive a run and cost nobody time: what is known of other domains, but no mail.
 * What stands in them is for their owners, {@code sts} and {@code tlsrpt}, to say.
 */
@NullMarked
package io.l7.smtp.kept;

import org.jspecify.annotations.NullMarked;
