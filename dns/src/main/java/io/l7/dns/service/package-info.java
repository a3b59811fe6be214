/**
 * What a client sees of the resolver: access lists, flags, EDNS, minimal answers, and the servers
 * over UDP, TCP, TLS and HTTPS.
 *
 * <p>How an answer is found is not known here.
 */
@NullMarked
package io.l7.dns.service;

import org.jspecify.annotations.NullMarked;
