package io.l7.smtp.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The arithmetic of SCRAM with SHA-256 (RFC 5802 §3, RFC 7677). */
final class ScramKeys {
  static final int KEY_BYTES = 32;

  private ScramKeys() {}

  /** Hi(): PBKDF2 over the prepared password; milliseconds of processor time. */
  static byte[] saltedPassword(char[] password, byte[] salt, int iterations) {
    var prepared = SaslPrep.of(password).toCharArray();
    try {
      // The provider encodes the characters as UTF-8 (RFC 5802 §2.2); it takes no empty password.
      var spec =
          new PBEKeySpec(
              prepared.length == 0 ? new char[] {0} : prepared, salt, iterations, KEY_BYTES * 8);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("PBKDF2WithHmacSHA256 is missing in this JDK", e);
    }
  }

  static byte[] clientKey(byte[] saltedPassword) {
    return hmac(saltedPassword, "Client Key");
  }

  static byte[] serverKey(byte[] saltedPassword) {
    return hmac(saltedPassword, "Server Key");
  }

  static byte[] hmac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 is missing in this JDK", e);
    }
  }

  static byte[] hash(byte[] octets) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(octets);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is missing in this JDK", e);
    }
  }

  static byte[] xor(byte[] a, byte[] b) {
    var out = new byte[a.length];
    for (var i = 0; i < a.length; i++) {
      out[i] = (byte) (a[i] ^ b[i]);
    }
    return out;
  }
}
