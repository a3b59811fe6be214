/** DNS message codec, cache, iterative resolver, validator, authority and server. */
@NullMarked
package io.l7.dns;

import org.jspecify.annotations.NullMarked;
