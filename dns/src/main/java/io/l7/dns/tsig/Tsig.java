package io.l7.dns.tsig;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;

/** Checks the signature of one request (RFC 8945 §5.2). */
public final class Tsig {
  /** Seconds that clocks may differ: RFC 8945 §10's advice. */
  static final int FUDGE = 300;

  /** RFC 8945 §5.2.2.1: a truncated MAC keeps at least 10 octets and half of the whole. */
  private static final int LEAST_MAC = 10;

  private Tsig() {}

  /** What a request's signature is worth. */
  public sealed interface Check {
    /** There is no TSIG record. */
    record Unsigned() implements Check {}

    /** Signed by that key, in time. The session signs the answers. */
    record Valid(TsigKey key, TsigSession session) implements Check {}

    /**
     * The request must change and get nothing: NOTAUTH with this error (RFC 8945 §5.2). The session
     * makes the answer.
     */
    record Refused(TsigError error, TsigSession session) implements Check {}

    /** No TSIG record can be like this: FORMERR, without a signature (RFC 8945 §5.1, §5.2.2.1). */
    record Malformed() implements Check {}
  }

  /**
   * Checks a request.
   *
   * @param now seconds since 1970
   */
  public static Check check(byte[] wire, int length, Keyring keys, long now) {
    Optional<TsigRecord> found = TsigRecord.find(wire, length);
    if (found.isEmpty()) {
      return new Check.Unsigned();
    }
    TsigRecord record = found.get();
    Optional<TsigKey> known = keys.find(record.key(), record.algorithm());
    if (known.isEmpty()) {
      return new Check.Refused(TsigError.BADKEY, TsigSession.unsigned(record, TsigError.BADKEY));
    }
    TsigKey key = known.get();
    int whole = key.algorithm().octets();
    int length0 = record.mac().length;
    if (length0 > whole || length0 < Math.max(LEAST_MAC, whole / 2)) {
      return new Check.Malformed();
    }
    Mac mac = key.mac();
    update(mac, wire, record);
    TsigSession.variables(mac, record);
    byte[] expected = Arrays.copyOf(mac.doFinal(), length0);
    if (!MessageDigest.isEqual(expected, record.mac())) {
      return new Check.Refused(TsigError.BADSIG, TsigSession.unsigned(record, TsigError.BADSIG));
    }
    if (Math.abs(now - record.time()) > record.fudge()) {
      return new Check.Refused(TsigError.BADTIME, TsigSession.late(key, record));
    }
    return new Check.Valid(key, TsigSession.answering(key, record.mac()));
  }

  /** The message as it was before the TSIG record joined it (RFC 8945 §4.3.2). */
  static void update(Mac mac, byte[] wire, TsigRecord record) {
    byte[] head = Arrays.copyOf(wire, 12);
    head[0] = (byte) (record.originalId() >>> 8);
    head[1] = (byte) record.originalId();
    int additional = TsigRecord.u16(wire, 10) - 1;
    head[10] = (byte) (additional >>> 8);
    head[11] = (byte) additional;
    mac.update(head);
    mac.update(wire, 12, record.start() - 12);
  }
}
