/**
 * How a server is recognized by what its signed zone says (DANE, RFC 6698, 7671, 7672): TLSA
 * records, and the certificates that fit them. No network; where the records come from, and what
 * follows when nothing fits, is the client's.
 */
@NullMarked
package io.l7.smtp.dane;

import org.jspecify.annotations.NullMarked;
