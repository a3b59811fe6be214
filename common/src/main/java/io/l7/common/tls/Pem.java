package io.l7.common.tls;

import io.l7.common.tls.TlsIdentity.Credentials;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Certificates and keys in their PEM form (RFC 7468). */
public final class Pem {
  /** The largest file that is read: twenty times a bundle of all authorities. */
  static final int MAX_OCTETS = 5_000_000;

  private Pem() {}

  static Credentials credentials(Path certificates, Path key) throws IOException {
    var chain = certificates(certificates);
    var credentials = new Credentials(chain, key(key));
    if (!belong(credentials.key(), chain.getFirst().getPublicKey())) {
      throw new IOException(key + ": not the key of the certificate in " + certificates);
    }
    return credentials;
  }

  /** Whether what one signs the other verifies. */
  private static boolean belong(PrivateKey key, PublicKey certified) {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) return false;
    try {
      var signature = Signature.getInstance(signatureBy(key));
      byte[] sample = "l7".getBytes(StandardCharsets.US_ASCII);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String signatureBy(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm(); // Ed25519, Ed448
    };
  }

  /**
   * The certificates in a file, in their order.
   *
   * @throws IOException the file cannot be read or has none
   */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    var found = new ArrayList<X509Certificate>();
    for (var object : objects(file)) {
      if (object instanceof X509CertificateHolder holder) found.add(certificate(holder, file));
    }
    if (found.isEmpty()) throw new IOException(file + ": no certificate in it");
    return found;
  }

  private static X509Certificate certificate(X509CertificateHolder holder, Path file)
      throws IOException {
    try {
      return new JcaX509CertificateConverter().getCertificate(holder);
    } catch (CertificateException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static PrivateKey key(Path file) throws IOException {
    for (var object : objects(file)) {
      if (object instanceof PrivateKeyInfo info) return key(info, file);
      if (object instanceof PEMKeyPair pair) return key(pair.getPrivateKeyInfo(), file);
    }
    throw new IOException(file + ": no private key in it (encrypted keys are not read)");
  }

  private static PrivateKey key(PrivateKeyInfo info, Path file) throws IOException {
    try {
      return new JcaPEMKeyConverter().getPrivateKey(info);
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** What stands in a file, whatever is written between: bundles name authorities there. */
  private static List<Object> objects(Path file) throws IOException {
    var found = new ArrayList<Object>();
    var text = text(file);
    try (var parser = new PEMParser(new StringReader(text))) {
      for (var object = parser.readObject(); object != null; object = parser.readObject())
        found.add(object);
    } catch (IOException | RuntimeException e) { // Bouncy Castle's own go both ways
      throw new IOException(file + ": " + e.getMessage(), e);
    }
    return found;
  }

  private static String text(Path file) throws IOException {
    byte[] octets;
    try (var in = Files.newInputStream(file)) {
      octets = in.readNBytes(MAX_OCTETS + 1); // the size of a device is 0
    }
    if (octets.length > MAX_OCTETS)
      throw new IOException(file + ": over " + MAX_OCTETS + " octets");
    return new String(octets, StandardCharsets.ISO_8859_1); // takes every octet
  }

  /** Certificates or keys as PEM text; keys in PKCS #8, the one form that every program reads. */
  public static String text(Object... objects) {
    var text = new java.io.StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      for (var object : objects)
        writer.writeObject(
            object instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : object);
    } catch (IOException e) {
      throw new AssertionError(e); // a string does not fail
    }
    return text.toString();
  }
}
