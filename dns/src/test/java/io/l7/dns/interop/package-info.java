/** Beside other resolvers, on servers of our own. Nothing here runs without their programs. */
@NullMarked
package io.l7.dns.interop;

import org.jspecify.annotations.NullMarked;
