package io.l7.dns.replay;

import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rrsig;
import io.l7.dns.validator.Arithmetic;

/**
 * For scenarios with {@code fake-sha1}: signatures and digests that need SHA-1 hold without
 * arithmetic.
 */
record FakeSha1(Arithmetic real) implements Arithmetic {
  private static boolean isFaked(int algorithm) {
    return algorithm == 3 || algorithm == 5 || algorithm == 6 || algorithm == 7;
  }

  @Override
  public boolean knowsAlgorithm(int algorithm) {
    return isFaked(algorithm) || real.knowsAlgorithm(algorithm);
  }

  @Override
  public boolean knowsDigest(int digestType) {
    return real.knowsDigest(digestType);
  }

  @Override
  public boolean verifies(Dnskey key, Rrsig rrsig, RRset set) {
    return (isFaked(key.algorithm()) && rrsig.signature().length > 0)
        || (!isFaked(key.algorithm()) && real.verifies(key, rrsig, set));
  }

  @Override
  public boolean names(Ds ds, Name owner, Dnskey key) {
    boolean alike = ds.keyTag() == key.keyTag() && ds.algorithm() == key.algorithm();
    return ds.digestType() == 1 ? alike : real.names(ds, owner, key);
  }
}
