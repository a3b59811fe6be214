package io.l7.common.tls;

import io.l7.common.tls.TlsIdentity.Credentials;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A small certificate authority for labs and tests: ECDSA P-256, keys in memory only. Safe for all
 * threads.
 */
public final class CertificateAuthority {
  private static final Duration LIFETIME = Duration.ofDays(365);

  /** Certificates begin this much in the past, so that a clock slightly behind accepts them. */
  private static final Duration BACKDATED = Duration.ofHours(1);

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final InstantSource clock;

  private CertificateAuthority(X509Certificate certificate, PrivateKey key, InstantSource clock) {
    this.certificate = certificate;
    this.key = key;
    this.clock = clock;
  }

  /** A new authority of that name. */
  public static CertificateAuthority create(String name, InstantSource clock) {
    var pair = keyPair();
    var subject = named(name);
    var now = clock.instant();
    var builder =
        builder(subject, subject, pair.getPublic(), now.minus(BACKDATED), now.plus(LIFETIME));
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    return new CertificateAuthority(sign(builder, pair.getPrivate()), pair.getPrivate(), clock);
  }

  /** The authority's own certificate: what clients are to trust. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** A certificate for {@code names} (host names, wildcards or addresses) that is valid now. */
  public Credentials issue(String... names) {
    var now = clock.instant();
    return issue(List.of(names), now.minus(BACKDATED), now.plus(LIFETIME));
  }

  /** A certificate with a validity of one's choice; expired ones make good tests. */
  public Credentials issue(List<String> names, Instant from, Instant until) {
    var pair = keyPair();
    var issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    var builder = builder(issuer, named(names.getFirst()), pair.getPublic(), from, until);
    leaf(builder, names);
    return new Credentials(List.of(sign(builder, key), certificate), pair.getPrivate());
  }

  static Credentials selfSigned(List<String> names) {
    var pair = keyPair();
    var subject = named(names.getFirst());
    var now = InstantSource.system().instant();
    var builder =
        builder(subject, subject, pair.getPublic(), now.minus(BACKDATED), now.plus(LIFETIME));
    leaf(builder, names);
    return new Credentials(List.of(sign(builder, pair.getPrivate())), pair.getPrivate());
  }

  private static void leaf(JcaX509v3CertificateBuilder builder, List<String> names) {
    var alternatives =
        names.stream()
            .map(
                n -> new GeneralName(isAddress(n) ? GeneralName.iPAddress : GeneralName.dNSName, n))
            .toArray(GeneralName[]::new);
    try {
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey publicKey, Instant from, Instant until) {
    var serial = new BigInteger(64, new SecureRandom()).setBit(64);
    return new JcaX509v3CertificateBuilder(
        issuer, serial, Date.from(from), Date.from(until), subject, publicKey);
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key) {
    try {
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("no ECDSA in this Java", e);
    }
  }

  private static KeyPair keyPair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no P-256 in this Java", e);
    }
  }

  static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private static X500Name named(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
  }
}
