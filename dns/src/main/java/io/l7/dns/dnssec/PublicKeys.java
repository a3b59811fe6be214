package io.l7.dns.dnssec;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.DSAPublicKeySpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** The public key fields of DNSKEY records as Java keys, and back. */
final class PublicKeys {
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final byte[] ED448_PREFIX = HexFormat.of().parseHex("3043300506032b6571033a00");

  /**
   * Octets of an RSA exponent at most. The work of a verification grows with it; nobody uses more
   * than 33 bits, and one as long as the modulus costs a hundred times as much (KeyTrap).
   */
  private static final int MOST_EXPONENT_OCTETS = 8;

  /** Octets of an RSA modulus at most: RFC 3110 §2 and RFC 5702 §2 allow 4096 bits. */
  private static final int MAX_MODULUS = 512;

  private PublicKeys() {}

  static PublicKey decode(DnssecAlgorithm algorithm, byte[] key) throws GeneralSecurityException {
    return switch (algorithm) {
      case RSASHA1, RSASHA1_NSEC3_SHA1, RSASHA256, RSASHA512 -> rsa(key);
      case DSA, DSA_NSEC3_SHA1 -> dsa(key);
      case ECDSAP256SHA256 -> ec("secp256r1", 32, key);
      case ECDSAP384SHA384 -> ec("secp384r1", 48, key);
      case ED25519 -> edwards("Ed25519", ED25519_PREFIX, 32, key);
      case ED448 -> edwards("Ed448", ED448_PREFIX, 57, key);
    };
  }

  // RFC 3110 §2: exponent length in one octet, or zero and two octets; exponent; modulus.
  private static PublicKey rsa(byte[] key) throws GeneralSecurityException {
    require(key.length > 3);
    int at = 1;
    int length = key[0] & 0xff;
    if (length == 0) {
      length = (key[1] & 0xff) << 8 | (key[2] & 0xff);
      at = 3;
    }
    require(length > 0 && at + length < key.length && key.length - at - length <= MAX_MODULUS + 1);
    require(length <= MOST_EXPONENT_OCTETS);
    var exponent = new BigInteger(1, key, at, length);
    var modulus = new BigInteger(1, key, at + length, key.length - at - length);
    return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
  }

  // RFC 2536 §2: T, Q (20 octets), then P, G and Y of 64 + 8 T octets each.
  private static PublicKey dsa(byte[] key) throws GeneralSecurityException {
    require(key.length > 21);
    int size = 64 + 8 * (key[0] & 0xff);
    require(key[0] >= 0 && key[0] <= 8 && key.length == 21 + 3 * size);
    var q = new BigInteger(1, key, 1, 20);
    var p = new BigInteger(1, key, 21, size);
    var g = new BigInteger(1, key, 21 + size, size);
    var y = new BigInteger(1, key, 21 + 2 * size, size);
    return KeyFactory.getInstance("DSA").generatePublic(new DSAPublicKeySpec(y, p, q, g));
  }

  // RFC 6605 §4: the uncompressed point x | y without a leading 04.
  private static PublicKey ec(String curve, int size, byte[] key) throws GeneralSecurityException {
    require(key.length == 2 * size);
    var point = new ECPoint(new BigInteger(1, key, 0, size), new BigInteger(1, key, size, size));
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve(curve)));
  }

  static ECParameterSpec curve(String name) throws GeneralSecurityException {
    var parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(name));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  // RFC 8080 §3: the octets of RFC 8032 as they are.
  private static PublicKey edwards(String name, byte[] prefix, int size, byte[] key)
      throws GeneralSecurityException {
    require(key.length == size);
    byte[] encoded = Arrays.copyOf(prefix, prefix.length + size);
    System.arraycopy(key, 0, encoded, prefix.length, size);
    return KeyFactory.getInstance(name).generatePublic(new X509EncodedKeySpec(encoded));
  }

  /** The last octets of an Edwards key's X.509 form are its DNSKEY form. */
  static byte[] edwardsKey(PublicKey key, int size) {
    byte[] encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - size, encoded.length);
  }

  /** RFC 3110 §2. */
  static byte[] rsaKey(BigInteger exponent, BigInteger modulus) {
    byte[] e = unsigned(exponent, (exponent.bitLength() + 7) / 8);
    byte[] n = unsigned(modulus, (modulus.bitLength() + 7) / 8);
    byte[] head =
        e.length < 256
            ? new byte[] {(byte) e.length}
            : new byte[] {0, (byte) (e.length >>> 8), (byte) e.length};
    byte[] key = Arrays.copyOf(head, head.length + e.length + n.length);
    System.arraycopy(e, 0, key, head.length, e.length);
    System.arraycopy(n, 0, key, head.length + e.length, n.length);
    return key;
  }

  /** The number as {@code size} octets, big-endian. */
  static byte[] unsigned(BigInteger number, int size) {
    byte[] octets = number.toByteArray();
    var out = new byte[size];
    int from = Math.max(0, octets.length - size);
    System.arraycopy(octets, from, out, size - (octets.length - from), octets.length - from);
    return out;
  }

  private static void require(boolean wellFormed) throws InvalidKeyException {
    if (!wellFormed) {
      throw new InvalidKeyException("malformed public key");
    }
  }
}
