/**
 * What a domain demands of who sends it mail (MTA-STS, RFC 8461): policies, the records that
 * announce them, and a memory of them that outlives a restart. No network: how records and policies
 * are fetched comes in from outside; what follows when a server does not keep to one is the
 * client's.
 */
@NullMarked
package io.l7.smtp.sts;

import org.jspecify.annotations.NullMarked;
