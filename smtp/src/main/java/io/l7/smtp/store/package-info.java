/**
 * What makes a mail survive: the segmented log with group commit, the files of large contents,
 * recovery and verification, and the Maildirs. Knows mails as records and octets; when they are
 * sent, and to whom, is the queue's.
 */
@NullMarked
package io.l7.smtp.store;

import org.jspecify.annotations.NullMarked;
