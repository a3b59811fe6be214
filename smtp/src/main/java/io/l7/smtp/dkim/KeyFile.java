package io.l7.smtp.dkim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** A private key in PEM (RFC 7468 §10), of RSA or Ed25519. */
final class KeyFile {
  private static final Pattern FORM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /** A key of 16,384 bits is below a quarter of it. */
  private static final int MOST_OCTETS = 64 << 10;

  private KeyFile() {}

  static PrivateKey read(Path file) throws IOException {
    if (Files.size(file) > MOST_OCTETS) {
      throw new IOException(file + ": too large for a key");
    }
    var m = FORM.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    if (!m.find()) {
      throw new IOException(
          file + ": no 'BEGIN PRIVATE KEY' in it; 'openssl pkcs8 -topk8 -nocrypt' makes one");
    }
    var octets = Base64.getMimeDecoder().decode(m.group(1));
    for (var algorithm : List.of("RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(octets));
      } catch (GeneralSecurityException e) {
        // perhaps of the other kind
      }
    }
    throw new IOException(file + ": no key of RSA or Ed25519");
  }
}
