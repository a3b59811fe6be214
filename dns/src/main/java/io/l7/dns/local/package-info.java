/**
 * Names that this server answers itself whatever the world says: single records, lines of a hosts
 * file, zones that are static, redirected or refused, and the special names of RFC 6303 and RFC
 * 6761.
 *
 * <p>Zones of authority live in {@code zone}.
 */
@NullMarked
package io.l7.dns.local;

import org.jspecify.annotations.NullMarked;
