package io.l7.dns.validator;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.Rrsig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** KeyTrap, CVE-2023-50387: keys that share a tag, times signatures that name it. */
class KeyTrapTest {
  private static final int MANY = 500;
  private static final int ALGORITHM = 13;
  private static final Name ZONE = Name.parse("evil.example");

  private final AtomicInteger verified = new AtomicInteger();

  private final Arithmetic counting =
      new Arithmetic() {
        @Override
        public boolean knowsAlgorithm(int algorithm) {
          return true;
        }

        @Override
        public boolean knowsDigest(int digestType) {
          return true;
        }

        @Override
        public boolean verifies(Dnskey key, Rrsig rrsig, RRset set) {
          verified.incrementAndGet();
          return false;
        }

        @Override
        public boolean names(Ds ds, Name owner, Dnskey key) {
          return true;
        }
      };

  /** Words that are shifted against each other leave the tag, a sum, as it is. */
  private static Dnskey key(int number) {
    ByteBuffer wire =
        ByteBuffer.allocate(68).putShort((short) 256).put((byte) 3).put((byte) ALGORITHM);
    wire.putShort((short) number).putShort((short) (MANY - number));
    return new Dnskey(Rdata.of(wire.array()));
  }

  private static Rdata signature(int tag, int number) {
    byte[] signer = ZONE.toWire();
    ByteBuffer wire = ByteBuffer.allocate(Rrsig.FIXED_OCTETS + signer.length + 64);
    wire.putShort((short) RRType.A.code())
        .put((byte) ALGORITHM)
        .put((byte) 2)
        .putInt(300)
        .putInt(2000)
        .putInt(0);
    wire.putShort((short) tag).put(signer).putInt(number);
    return Rdata.of(wire.array());
  }

  @Test
  void manyKeysOfOneTagTimesManySignaturesCostFewVerifications() throws Exception {
    var keys = new ArrayList<Dnskey>();
    var signatures = new ArrayList<Rdata>();
    for (int i = 0; i < MANY; i++) {
      keys.add(key(i));
      signatures.add(signature(key(0).keyTag(), i));
    }
    assertThat(keys).extracting(Dnskey::keyTag).containsOnly(key(0).keyTag());
    RRset set =
        RRset.of(ZONE, RRType.A, 300, List.of(Rdata.of(new byte[] {1, 2, 3, 4})))
            .withSignatures(signatures);
    var config =
        new ValidatorConfig(
            List.of(),
            Set.of(),
            counting,
            () -> 1000,
            ValidatorConfig.Times.CHECKED,
            ValidatorConfig.Downgrade.ACCEPTED,
            150);
    var budget = new Budget(ResolverLimits.defaults(), 0);
    SetVerifier.Result result = new SetVerifier(config).verify(set, ZONE, keys, budget, Trace.NONE);
    assertThat(result).isInstanceOf(SetVerifier.Result.Invalid.class);
    assertThat(verified.get()).isPositive().isLessThanOrEqualTo(32);
  }
}
