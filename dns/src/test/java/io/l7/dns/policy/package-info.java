/** Which rule of which policy zone counts; what becomes of an answer is tested with a server. */
@NullMarked
package io.l7.dns.policy;

import org.jspecify.annotations.NullMarked;
