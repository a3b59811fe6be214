package io.l7.http.guard;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * A stored password: {@code {PBKDF2-SHA256}ITERATIONS$SALT$HASH} (Base64), or bcrypt as {@code
 * htpasswd -B} writes it ({@code $2y$...}). Slow by design: a hundred milliseconds and more.
 */
public sealed interface PasswordHash {
  /** OWASP's advice for PBKDF2 with HMAC-SHA-256. */
  int ITERATIONS = 600_000;

  /** Whether this is the password. */
  boolean matches(String password);

  /** Reads a stored password; none where the form is unknown or too weak. */
  static Optional<PasswordHash> parse(String text) {
    if (text.startsWith(Pbkdf2.PREFIX)) {
      String[] parts = text.substring(Pbkdf2.PREFIX.length()).split("\\$", -1);
      try {
        return parts.length == 3
            ? Optional.of(
                new Pbkdf2(
                    Integer.parseInt(parts[0]),
                    Base64.getDecoder().decode(parts[1]),
                    Base64.getDecoder().decode(parts[2])))
            : Optional.empty();
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
    }
    return Bcrypt.FORM.matcher(text).matches() ? Optional.of(new Bcrypt(text)) : Optional.empty();
  }

  /** Hashes a new password with a fresh salt. */
  static PasswordHash of(String password) {
    byte[] salt = new byte[16];
    new SecureRandom().nextBytes(salt);
    return new Pbkdf2(ITERATIONS, salt, Pbkdf2.derive(password, ITERATIONS, salt));
  }

  /** PBKDF2 with HMAC-SHA-256 (RFC 8018). */
  record Pbkdf2(int iterations, byte[] salt, byte[] hash) implements PasswordHash {
    private static final String PREFIX = "{PBKDF2-SHA256}";
    private static final int HASH_BITS = 256;

    public Pbkdf2 {
      if (iterations < 1 || salt.length == 0 || hash.length != HASH_BITS / 8) {
        throw new IllegalArgumentException("not a PBKDF2-SHA256 hash");
      }
    }

    private static byte[] derive(String password, int iterations, byte[] salt) {
      try {
        var spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(spec)
            .getEncoded();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has PBKDF2", e);
      }
    }

    @Override
    public boolean matches(String password) {
      return MessageDigest.isEqual(hash, derive(password, iterations, salt));
    }

    @Override
    public String toString() {
      var base64 = Base64.getEncoder();
      return PREFIX
          + iterations
          + "$"
          + base64.encodeToString(salt)
          + "$"
          + base64.encodeToString(hash);
    }
  }

  /** bcrypt. */
  record Bcrypt(String text) implements PasswordHash {
    /** Version, cost from 4 to 31, salt and hash. */
    private static final Pattern FORM =
        Pattern.compile("\\$2[aby]\\$(0[4-9]|[12][0-9]|3[01])\\$[./A-Za-z0-9]{53}");

    @Override
    public boolean matches(String password) {
      return OpenBSDBCrypt.checkPassword(text, password.toCharArray());
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
