package io.l7.smtp.dane;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * The SubjectPublicKeyInfo of a certificate, octet for octet as it stands there: a key that was
 * read and written again may come out differently, and would fit no digest.
 */
final class SubjectKey {
  private static final int VERSION = 0xA0;

  private final byte[] der;
  private int at;

  private SubjectKey(byte[] der) {
    this.der = der;
  }

  static byte[] of(X509Certificate certificate) throws CertificateEncodingException {
    // RFC 5280 §4.1: SEQUENCE { [0] version, serialNumber, signature, issuer, validity, subject,
    // subjectPublicKeyInfo, ... }; the JDK has parsed it already
    var reader = new SubjectKey(certificate.getTBSCertificate());
    reader.enter();
    var before = (reader.der[reader.at] & 0xFF) == VERSION ? 6 : 5;
    for (var i = 0; i < before; i++) {
      reader.skip();
    }
    var start = reader.at;
    reader.skip();
    return Arrays.copyOfRange(reader.der, start, reader.at);
  }

  /** Steps into a structure. */
  private void enter() {
    at++;
    length();
  }

  private void skip() {
    at++;
    var length = length();
    at += length;
  }

  private int length() {
    var first = der[at++] & 0xFF;
    if (first < 0x80) {
      return first;
    }
    var length = 0;
    for (var i = 0; i < (first & 0x7F); i++) {
      length = length << 8 | der[at++] & 0xFF;
    }
    return length;
  }
}
