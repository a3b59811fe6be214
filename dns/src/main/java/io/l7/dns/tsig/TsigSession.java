package io.l7.dns.tsig;

import io.l7.dns.message.Name;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;

/**
 * One side of an exchange under a key: signs its own messages and checks the peer's, each MAC
 * chained to the one before (RFC 8945 §5.3). Not for several threads.
 */
public final class TsigSession {
  private final Optional<TsigKey> key;
  private final Name keyName;
  private final Name algorithm;
  private final TsigError error;
  private final long fixedTime;
  private byte[] lastMac;
  private int messages;

  /** Messages that came since the last signed one, which its MAC covers. */
  private final ByteArrayOutputStream unsignedSince = new ByteArrayOutputStream();

  private int unsigned;

  /** RFC 8945 §5.3.1: at least every hundredth message is signed. */
  private static final int MAX_UNSIGNED = 99;

  private TsigSession(
      Optional<TsigKey> key,
      Name keyName,
      Name algorithm,
      TsigError error,
      long fixedTime,
      byte[] requestMac) {
    this.key = key;
    this.keyName = keyName;
    this.algorithm = algorithm;
    this.error = error;
    this.fixedTime = fixedTime;
    this.lastMac = requestMac;
  }

  /** A session that starts with a request of ours. */
  public static TsigSession asking(TsigKey key) {
    return new TsigSession(
        Optional.of(key), key.name(), key.algorithm().wireName(), TsigError.NONE, -1, new byte[0]);
  }

  static TsigSession answering(TsigKey key, byte[] requestMac) {
    return new TsigSession(
        Optional.of(key), key.name(), key.algorithm().wireName(), TsigError.NONE, -1, requestMac);
  }

  static TsigSession unsigned(TsigRecord request, TsigError error) {
    return new TsigSession(
        Optional.empty(), request.key(), request.algorithm(), error, request.time(), new byte[0]);
  }

  // RFC 8945 §5.2.3: signed, with the client's time, and ours as other data
  static TsigSession late(TsigKey key, TsigRecord request) {
    return new TsigSession(
        Optional.of(key),
        key.name(),
        key.algorithm().wireName(),
        TsigError.BADTIME,
        request.time(),
        request.mac());
  }

  /**
   * The message with a TSIG record at its end.
   *
   * @param message without a TSIG record
   * @param now seconds since 1970
   */
  public byte[] sign(byte[] message, long now) {
    long time = fixedTime >= 0 ? fixedTime : now;
    byte[] other = error == TsigError.BADTIME ? time48(now) : new byte[0];
    byte[] code = {};
    if (key.isPresent()) {
      Mac mac = key.get().mac();
      updateWithLastMac(mac);
      mac.update(message);
      if (messages == 0) {
        variables(mac, keyName, algorithm, time, Tsig.FUDGE, error.code(), other);
      } else {
        timers(mac, time, Tsig.FUDGE);
      }
      code = mac.doFinal();
      lastMac = code;
    }
    messages++;
    return appended(message, time, code, other);
  }

  /** Octets that the TSIG record takes in our messages, at most. */
  public int octets() {
    int mac = key.map(k -> k.algorithm().octets()).orElse(0);
    return keyName.wireLength() + algorithm.wireLength() + 26 + mac + 6;
  }

  private byte[] appended(byte[] message, long time, byte[] mac, byte[] other) {
    var out = new ByteArrayOutputStream(message.length + 128);
    out.writeBytes(message);
    out.writeBytes(keyName.toLowerCase().toWire());
    write16(out, 250);
    write16(out, 255);
    write16(out, 0);
    write16(out, 0);
    write16(out, algorithm.wireLength() + 16 + mac.length + other.length);
    out.writeBytes(algorithm.toLowerCase().toWire());
    out.writeBytes(time48(time));
    write16(out, Tsig.FUDGE);
    write16(out, mac.length);
    out.writeBytes(mac);
    out.write(message, 0, 2);
    write16(out, error.code());
    write16(out, other.length);
    out.writeBytes(other);
    byte[] whole = out.toByteArray();
    int additional = TsigRecord.u16(whole, 10) + 1;
    whole[10] = (byte) (additional >>> 8);
    whole[11] = (byte) additional;
    return whole;
  }

  /**
   * Checks a message that answers ours.
   *
   * @return true when it may be believed so far: signed rightly, or one of up to 99 unsigned ones
   *     that a later signature must still cover
   */
  public boolean accept(byte[] message, long now) {
    Optional<TsigRecord> found = TsigRecord.find(message, message.length);
    if (found.isEmpty()) {
      unsignedSince.writeBytes(message);
      return messages > 1 && ++unsigned <= MAX_UNSIGNED;
    }
    TsigRecord record = found.get();
    if (key.isEmpty()
        || record.error() != 0
        || !record.key().equals(keyName)
        || !record.algorithm().equals(algorithm)
        || record.mac().length != key.get().algorithm().octets()
        || Math.abs(now - record.time()) > record.fudge()) {
      return false;
    }
    Mac mac = key.get().mac();
    updateWithLastMac(mac);
    mac.update(unsignedSince.toByteArray());
    Tsig.update(mac, message, record);
    if (messages == 1) {
      variables(mac, record);
    } else {
      timers(mac, record.time(), record.fudge());
    }
    byte[] expected = mac.doFinal();
    if (!MessageDigest.isEqual(expected, record.mac())) {
      return false;
    }
    lastMac = expected;
    messages++;
    unsigned = 0;
    unsignedSince.reset();
    return true;
  }

  /** True when a signature covers everything that was accepted. */
  public boolean isSettled() {
    return unsigned == 0;
  }

  private void updateWithLastMac(Mac mac) {
    if (lastMac.length > 0) {
      mac.update((byte) (lastMac.length >>> 8));
      mac.update((byte) lastMac.length);
      mac.update(lastMac);
    }
  }

  static void variables(Mac mac, TsigRecord record) {
    variables(
        mac,
        record.key(),
        record.algorithm(),
        record.time(),
        record.fudge(),
        record.error(),
        record.other());
  }

  // RFC 8945 §4.3.3
  private static void variables(
      Mac mac, Name key, Name algorithm, long time, int fudge, int error, byte[] other) {
    mac.update(key.toLowerCase().toWire());
    mac.update(new byte[] {0, (byte) 255, 0, 0, 0, 0});
    mac.update(algorithm.toLowerCase().toWire());
    timers(mac, time, fudge);
    mac.update(
        new byte[] {
          (byte) (error >>> 8), (byte) error, (byte) (other.length >>> 8), (byte) other.length
        });
    mac.update(other);
  }

  private static void timers(Mac mac, long time, int fudge) {
    mac.update(time48(time));
    mac.update(new byte[] {(byte) (fudge >>> 8), (byte) fudge});
  }

  private static byte[] time48(long time) {
    var octets = new byte[6];
    for (int i = 0; i < 6; i++) {
      octets[i] = (byte) (time >>> (40 - 8 * i));
    }
    return octets;
  }

  private static void write16(ByteArrayOutputStream out, int value) {
    out.write(value >>> 8);
    out.write(value);
  }
}
