package io.l7.smtp.dane;

import io.l7.dns.message.Rdata;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A TLSA record (RFC 6698 §2.1) of a kind that mail can use.
 *
 * @param data what the selected part of a certificate has to be, or its digest, in hexadecimal
 */
public record Tlsa(Usage usage, Selector selector, Matching matching, String data) {
  /** What the record says of a certificate that fits it; the other two are not for mail. */
  public enum Usage {
    /** 2: an authority that has issued the server's. */
    DANE_TA,
    /** 3: the server's own. */
    DANE_EE
  }

  /** Which part of a certificate is looked at. */
  public enum Selector {
    CERTIFICATE,
    PUBLIC_KEY
  }

  /** How it is compared. */
  public enum Matching {
    EXACT(0),
    SHA_256(32),
    SHA_512(64);

    private final int length;

    Matching(int length) {
      this.length = length;
    }
  }

  /**
   * Reads record data; empty where it cannot be used: malformed, or of a usage, selector or
   * matching type that is not for mail (RFC 7672 §3.1.3) or not known.
   */
  public static Optional<Tlsa> usable(Rdata rdata) {
    if (rdata.length() < 4) {
      return Optional.empty();
    }
    int usage = rdata.u8(0) - 2;
    int selector = rdata.u8(1);
    int matching = rdata.u8(2);
    int length = rdata.length() - 3;
    if (usage < 0
        || usage >= Usage.values().length
        || selector >= Selector.values().length
        || matching >= Matching.values().length) {
      return Optional.empty();
    }
    var how = Matching.values()[matching];
    return how != Matching.EXACT && length != how.length
        ? Optional.empty()
        : Optional.of(
            new Tlsa(
                Usage.values()[usage],
                Selector.values()[selector],
                how,
                HexFormat.of().formatHex(rdata.bytes(3, rdata.length()))));
  }

  /** The record's data in presentation format (RFC 6698 §2.2). */
  public String text() {
    var use = usage == Usage.DANE_TA ? 2 : 3;
    var part = selector == Selector.CERTIFICATE ? 0 : 1;
    var how =
        switch (matching) {
          case EXACT -> 0;
          case SHA_256 -> 1;
          case SHA_512 -> 2;
        };
    return use + " " + part + " " + how + " " + data;
  }

  /** Whether the certificate, or its key, is the one meant. */
  public boolean fits(X509Certificate certificate) {
    try {
      var part =
          switch (selector) {
            case CERTIFICATE -> certificate.getEncoded();
            case PUBLIC_KEY -> SubjectKey.of(certificate);
          };
      var octets =
          switch (matching) {
            case EXACT -> part;
            case SHA_256 -> MessageDigest.getInstance("SHA-256").digest(part);
            case SHA_512 -> MessageDigest.getInstance("SHA-512").digest(part);
          };
      return HexFormat.of().formatHex(octets).equals(data);
    } catch (GeneralSecurityException e) {
      return false; // a certificate that cannot be written down again fits nothing
    }
  }
}
