package io.l7.smtp.dkim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Signs mails for a domain: rsa-sha256 (RFC 8301: 1,024 bits at least) or ed25519-sha256 (RFC
 * 8463), relaxed for the header and simple for the body. Immutable; safe for all threads.
 */
public final class DkimSigner {
  private static final int LEAST_BITS = 1024;

  /** Characters of a signature on a line, so that lines stay below 78. */
  private static final int PIECE = 64;

  private final String domain;
  private final String selector;
  private final PrivateKey key;

  /**
   * Signs for {@code domain}, in A-labels, by the key whose public part stands at {@code
   * SELECTOR._domainkey.DOMAIN}.
   *
   * @throws IllegalArgumentException the key is of another kind, or too short
   */
  public DkimSigner(String domain, String selector, PrivateKey key) {
    if (key instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() < LEAST_BITS) {
      throw new IllegalArgumentException("an RSA key for DKIM has 1024 bits at least");
    }
    if (!(key instanceof RSAPrivateKey) && !key.getAlgorithm().equals("EdDSA")) {
      throw new IllegalArgumentException("a key for DKIM is of RSA or Ed25519");
    }
    this.domain = domain;
    this.selector = selector;
    this.key = key;
  }

  /**
   * Signs by the key in a PEM file (PKCS #8).
   *
   * @throws IOException there is none that can be read
   */
  public static DkimSigner fromPem(String domain, String selector, Path file) throws IOException {
    var key = KeyFile.read(file);
    try {
      return new DkimSigner(domain, selector, key);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The mail with a signature over its content and these fields of its header on top.
   *
   * @param mail with CR LF line ends
   * @param fields names, each of which the mail has once at most; From has to be among them
   */
  public byte[] sign(byte[] mail, List<String> fields, Instant time) {
    var text = new String(mail, StandardCharsets.ISO_8859_1);
    var end = text.indexOf("\r\n\r\n");
    var header = end < 0 ? text : text.substring(0, end + 2);
    var body = end < 0 ? "" : text.substring(end + 4);
    var signed = new ArrayList<String>();
    var input = new StringBuilder();
    for (var field : header.split("\r\n(?![ \t])", -1)) {
      var name = field.replaceFirst("[ \t]*:.*", "").split("\r", 2)[0];
      if (fields.stream().anyMatch(name::equalsIgnoreCase)) {
        signed.add(name);
        input.append(relaxed(field)).append("\r\n");
      }
    }
    var unsigned =
        "DKIM-Signature: v=1; a="
            + (key instanceof RSAPrivateKey ? "rsa-sha256" : "ed25519-sha256")
            + "; c=relaxed/simple;\r\n\td="
            + domain
            + ";\r\n\ts="
            + selector
            + "; t="
            + time.getEpochSecond()
            + ";\r\n\th="
            + String.join(":\r\n\t ", signed)
            + ":\r\n\t From;\r\n\tbh=" // RFC 6376 §5.4: once more, so that none can be added
            + base64(sha256(simple(body)))
            + ";\r\n\tb=";
    input.append(relaxed(unsigned));
    var signature = base64(signature(input.toString().getBytes(StandardCharsets.ISO_8859_1)));
    return (unsigned + folded(signature) + "\r\n" + text).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** RFC 6376 §3.4.2. */
  private static String relaxed(String field) {
    var colon = field.indexOf(':');
    return field.substring(0, colon).strip().toLowerCase(Locale.ROOT)
        + ":"
        + field
            .substring(colon + 1)
            .replace("\r\n", "")
            .replaceAll("[ \t]+", " ")
            .replaceAll("^ | $", "");
  }

  /** RFC 6376 §3.4.3: one line end behind the last line that is not empty. */
  private static byte[] simple(String body) {
    var text = body;
    while (text.endsWith("\r\n")) {
      text = text.substring(0, text.length() - 2);
    }
    return (text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  private byte[] signature(byte[] input) {
    try {
      if (key instanceof RSAPrivateKey) {
        return signed("SHA256withRSA", input);
      }
      return signed("Ed25519", sha256(input)); // RFC 8463 §3: over the hash
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot sign", e);
    }
  }

  private byte[] signed(String algorithm, byte[] input) throws GeneralSecurityException {
    var signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(input);
    return signature.sign();
  }

  private static byte[] sha256(byte[] octets) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(octets);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is missing in this JDK", e);
    }
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }

  private static String folded(String signature) {
    return signature.replaceAll("(.{" + PIECE + "})(?=.)", "$1\r\n\t ");
  }
}
