package io.l7.smtp.auth;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is kept of a password: enough to check it and to run SCRAM, not enough to log in with (RFC
 * 5802 §3). Written as {@code {SCRAM-SHA-256}ITERATIONS,SALT,STOREDKEY,SERVERKEY}, the form Dovecot
 * keeps too.
 */
public final class StoredPassword {
  /**
   * Rounds for new passwords: RFC 7677 §4 asks for at least 4,096; 10,000 cost some milliseconds a
   * login.
   */
  public static final int ITERATIONS = 10_000;

  private static final String SCHEME = "{SCRAM-SHA-256}";
  private static final int SALT_BYTES = 16;
  private static final int MAX_ITERATIONS = 1_000_000;
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,7}),([A-Za-z0-9+/=]+),([A-Za-z0-9+/=]+),([A-Za-z0-9+/=]+)");

  private final int iterations;
  private final byte[] salt;
  private final byte[] storedKey;
  private final byte[] serverKey;

  private StoredPassword(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    this.iterations = iterations;
    this.salt = salt;
    this.storedKey = storedKey;
    this.serverKey = serverKey;
  }

  /**
   * Makes the record of a new password with a fresh salt.
   *
   * @throws IllegalArgumentException it has characters that no password may have (RFC 4013 §2.3)
   */
  public static StoredPassword of(char[] password) {
    var salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return of(password, salt, ITERATIONS);
  }

  static StoredPassword of(char[] password, byte[] salt, int iterations) {
    var salted = ScramKeys.saltedPassword(password, salt, iterations);
    return new StoredPassword(
        iterations, salt, ScramKeys.hash(ScramKeys.clientKey(salted)), ScramKeys.serverKey(salted));
  }

  /**
   * A record that no password matches, the same for the same name: what an unknown user is checked
   * against.
   */
  static StoredPassword decoy(byte[] secret, String name, int iterations) {
    var salt = Arrays.copyOf(ScramKeys.hmac(secret, "salt of " + name), SALT_BYTES);
    return new StoredPassword(
        iterations,
        salt,
        ScramKeys.hmac(secret, "stored key of " + name),
        ScramKeys.hmac(secret, "server key of " + name));
  }

  /** Reads the written form; empty when it is none of ours. */
  public static Optional<StoredPassword> parse(String text) {
    if (!text.startsWith(SCHEME)) {
      return Optional.empty();
    }
    var m = FORM.matcher(text.substring(SCHEME.length()));
    if (!m.matches()) {
      return Optional.empty();
    }
    try {
      var iterations = Integer.parseInt(m.group(1));
      var base64 = Base64.getDecoder();
      var stored = base64.decode(m.group(3));
      var server = base64.decode(m.group(4));
      return iterations < 1
              || iterations > MAX_ITERATIONS
              || stored.length != ScramKeys.KEY_BYTES
              || server.length != ScramKeys.KEY_BYTES
          ? Optional.empty()
          : Optional.of(new StoredPassword(iterations, base64.decode(m.group(2)), stored, server));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether this is the password; takes the same time for any answer, some milliseconds of
   * processor.
   */
  public boolean matches(char[] password) {
    byte[] salted;
    try {
      salted = ScramKeys.saltedPassword(password, salt, iterations);
    } catch (IllegalArgumentException e) {
      return false; // nobody's: that it is known at once tells nothing of any user
    }
    return MessageDigest.isEqual(ScramKeys.hash(ScramKeys.clientKey(salted)), storedKey);
  }

  int iterations() {
    return iterations;
  }

  byte[] salt() {
    return salt.clone();
  }

  byte[] storedKey() {
    return storedKey.clone();
  }

  byte[] serverKey() {
    return serverKey.clone();
  }

  /** The written form. */
  @Override
  public String toString() {
    var base64 = Base64.getEncoder();
    return SCHEME
        + iterations
        + ","
        + base64.encodeToString(salt)
        + ","
        + base64.encodeToString(storedKey)
        + ","
        + base64.encodeToString(serverKey);
  }
}
