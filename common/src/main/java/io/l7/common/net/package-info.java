/**
 * TCP and UDP servers, connections, the dialer and the seam behind which a network is real, in
 * memory or a lab's. Threads are started here and nowhere else; framing lives in {@code framing},
 * TLS identities in {@code tls}.
 */
@NullMarked
package io.l7.common.net;

import org.jspecify.annotations.NullMarked;
