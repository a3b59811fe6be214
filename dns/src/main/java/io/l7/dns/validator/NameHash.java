package io.l7.dns.validator;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.dnssec.Nsec3Hash;
import io.l7.dns.message.Name;
import java.nio.ByteBuffer;

/**
 * The hash of a name in a zone, computed once for one client's question: what looks for proofs at
 * hand, what judges them and the next link of a chain want the same ones.
 */
record NameHash(Name name, int iterations, ByteBuffer salt) {
  static byte[] of(Name name, int iterations, byte[] salt, Budget budget) throws ResolutionFailure {
    return budget.hash(
        new NameHash(name, iterations, ByteBuffer.wrap(salt)),
        () -> Nsec3Hash.hash(name, iterations, salt));
  }
}
