package io.l7.dns.dnssec;

import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.Rrsig;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;

/** A private key with the DNSKEY that goes with it. Immutable, usable from many threads. */
public final class SigningKey {
  /** Bits of a new RSA key: RFC 8624 advises 2048 for RSA. */
  private static final int RSA_BITS = 2048;

  private final DnssecAlgorithm algorithm;
  private final Dnskey dnskey;
  private final PrivateKey secret;

  SigningKey(DnssecAlgorithm algorithm, Dnskey dnskey, PrivateKey secret) {
    this.algorithm = algorithm;
    this.dnskey = dnskey;
    this.secret = secret;
  }

  /** What a key signs, by convention (RFC 6781 §3.1). */
  public enum Role {
    /** Key signing key: signs the DNSKEY set; the parent's DS names it. */
    KSK(0x0101),
    /** Zone signing key: signs everything else. */
    ZSK(0x0100);

    private final int flags;

    Role(int flags) {
      this.flags = flags;
    }
  }

  /**
   * Looks whether new keys may be of an algorithm.
   *
   * @throws IllegalArgumentException if they may not (RFC 8624 §3.1)
   */
  public static void checkNew(DnssecAlgorithm algorithm) {
    boolean sha1 =
        algorithm == DnssecAlgorithm.RSASHA1 || algorithm == DnssecAlgorithm.RSASHA1_NSEC3_SHA1;
    if (sha1 || algorithm.forbidden()) {
      throw new IllegalArgumentException("RFC 8624 forbids new keys of " + algorithm.mnemonic());
    }
  }

  /**
   * Makes a key from {@code random}.
   *
   * @throws IllegalArgumentException as {@link #checkNew}
   */
  public static SigningKey generate(DnssecAlgorithm algorithm, Role role, SecureRandom random) {
    checkNew(algorithm);
    try {
      return switch (algorithm) {
        case ECDSAP256SHA256 -> ec(algorithm, role, "secp256r1", 32, random);
        case ECDSAP384SHA384 -> ec(algorithm, role, "secp384r1", 48, random);
        case ED25519 -> edwards(algorithm, role, "Ed25519", 32, random);
        case ED448 -> edwards(algorithm, role, "Ed448", 57, random);
        case RSASHA256, RSASHA512 -> rsa(algorithm, role, random);
        case DSA, DSA_NSEC3_SHA1, RSASHA1, RSASHA1_NSEC3_SHA1 ->
            throw new IllegalStateException(algorithm.mnemonic());
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot make a key of " + algorithm.mnemonic(), e);
    }
  }

  private static SigningKey ec(
      DnssecAlgorithm algorithm, Role role, String curve, int size, SecureRandom random)
      throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve), random);
    var pair = generator.generateKeyPair();
    var point = ((ECPublicKey) pair.getPublic()).getW();
    byte[] key = Arrays.copyOf(PublicKeys.unsigned(point.getAffineX(), size), 2 * size);
    System.arraycopy(PublicKeys.unsigned(point.getAffineY(), size), 0, key, size, size);
    return new SigningKey(algorithm, dnskey(role, algorithm, key), pair.getPrivate());
  }

  private static SigningKey edwards(
      DnssecAlgorithm algorithm, Role role, String name, int size, SecureRandom random)
      throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance(name);
    generator.initialize(algorithm == DnssecAlgorithm.ED25519 ? 255 : 448, random);
    var pair = generator.generateKeyPair();
    byte[] key = PublicKeys.edwardsKey(pair.getPublic(), size);
    return new SigningKey(algorithm, dnskey(role, algorithm, key), pair.getPrivate());
  }

  private static SigningKey rsa(DnssecAlgorithm algorithm, Role role, SecureRandom random)
      throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(RSA_BITS, random);
    var pair = generator.generateKeyPair();
    var rsa = (RSAPublicKey) pair.getPublic();
    byte[] key = PublicKeys.rsaKey(rsa.getPublicExponent(), rsa.getModulus());
    return new SigningKey(algorithm, dnskey(role, algorithm, key), pair.getPrivate());
  }

  public DnssecAlgorithm algorithm() {
    return algorithm;
  }

  /** The public half. */
  public Dnskey dnskey() {
    return dnskey;
  }

  /** The same key with the REVOKE bit, by which its owner takes it out of use (RFC 5011 §2.1). */
  public SigningKey revoked() {
    byte[] data = dnskey.rdata().toWire();
    data[1] |= (byte) 0x80;
    return new SigningKey(algorithm, new Dnskey(Rdata.of(data)), secret);
  }

  PrivateKey secret() {
    return secret;
  }

  /**
   * Signs one set (RFC 4034 §3.1.8). Costs 30 µs (Ed25519) to 1 ms (RSA) of processor.
   *
   * @param signer the zone's apex
   * @param set the set, whose TTL becomes the original TTL
   */
  public Rrsig sign(Name signer, RRset set, Validity validity) {
    int labels = SignedData.labels(set.owner());
    Rdata unsigned =
        SignedData.unsigned(
            set.type().code(),
            algorithm.number(),
            labels,
            set.ttl(),
            validity,
            dnskey.keyTag(),
            signer);
    byte[] data = SignedData.of(new Rrsig(unsigned), set);
    try {
      var signature = Signature.getInstance(SignatureCheck.jcaName(algorithm));
      signature.initSign(secret);
      signature.update(data);
      byte[] tail = signature.sign();
      byte[] whole = Arrays.copyOf(unsigned.toWire(), unsigned.length() + tail.length);
      System.arraycopy(tail, 0, whole, unsigned.length(), tail.length);
      return new Rrsig(Rdata.of(whole));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign with key " + dnskey.keyTag(), e);
    }
  }

  private static Dnskey dnskey(Role role, DnssecAlgorithm algorithm, byte[] publicKey) {
    byte[] rdata = new byte[4 + publicKey.length];
    rdata[0] = (byte) (role.flags >>> 8);
    rdata[1] = (byte) role.flags;
    rdata[2] = 3; // RFC 4034 §2.1.2: the only protocol
    rdata[3] = (byte) algorithm.number();
    System.arraycopy(publicKey, 0, rdata, 4, publicKey.length);
    return new Dnskey(Rdata.of(rdata));
  }
}
