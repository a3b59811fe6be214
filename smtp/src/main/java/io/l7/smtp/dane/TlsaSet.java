package io.l7.smtp.dane;

import io.l7.common.tls.TlsTrust;
import io.l7.dns.message.Rdata;
import io.l7.smtp.dane.Tlsa.Matching;
import io.l7.smtp.dane.Tlsa.Usage;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The TLSA records of a server that mail can use; one that fits is enough. Where there is none, TLS
 * is mandatory all the same, with any certificate (RFC 7672 §2.2).
 */
public record TlsaSet(List<Tlsa> records) {
  public TlsaSet {
    records = List.copyOf(records);
  }

  /** The usable ones of these data; of two digests of the same thing the stronger alone counts. */
  public static TlsaSet of(Collection<Rdata> data) {
    var usable = data.stream().map(Tlsa::usable).flatMap(Optional::stream).toList();
    return new TlsaSet(usable.stream().filter(r -> !isOutdone(r, usable)).toList());
  }

  /** RFC 7671 §9: who publishes SHA-512 beside SHA-256 means to be held to it. */
  private static boolean isOutdone(Tlsa record, List<Tlsa> all) {
    return record.matching() == Matching.SHA_256
        && all.stream()
            .anyMatch(
                other ->
                    other.matching() == Matching.SHA_512
                        && other.usage() == record.usage()
                        && other.selector() == record.selector());
  }

  /** Whether a certificate is asked for at all. */
  public boolean authenticates() {
    return !records.isEmpty();
  }

  /** Trusts the server that these records mean; {@code names} are those it may have. */
  public TlsTrust trust(Collection<String> names) {
    return authenticates() ? TlsTrust.by(new DaneManager(this, names)) : TlsTrust.insecure();
  }

  /**
   * Checks what a server presents.
   *
   * @param chain its own certificate first
   * @throws CertificateException no record fits, or the chain to the one that does not hold
   */
  void check(List<X509Certificate> chain, Collection<String> names) throws CertificateException {
    var own = chain.getFirst();
    // RFC 7671 §5.1: neither its names nor its dates matter, the record stands for them
    if (of(Usage.DANE_EE).stream().anyMatch(record -> record.fits(own))) {
      return;
    }
    var authorities = authorities(chain);
    if (authorities.isEmpty()) {
      throw new CertificateException("the server's certificate fits no TLSA record");
    }
    leads(chain, authorities);
    if (!ReferenceNames.anyIn(own, names)) { // RFC 7672 §3.1.2
      throw new CertificateException("the server's certificate is for none of " + names);
    }
  }

  private List<Tlsa> of(Usage usage) {
    return records.stream().filter(record -> record.usage() == usage).toList();
  }

  /** The authorities that fit: of those presented, and the one that stands in a record whole. */
  private Set<X509Certificate> authorities(List<X509Certificate> chain)
      throws CertificateException {
    var out = new LinkedHashSet<X509Certificate>();
    for (var record : of(Usage.DANE_TA)) {
      chain.stream().filter(record::fits).forEach(out::add);
      if (record.selector() == Tlsa.Selector.CERTIFICATE && record.matching() == Matching.EXACT) {
        whole(record).ifPresent(out::add);
      }
    }
    return out;
  }

  private static Optional<X509Certificate> whole(Tlsa record) throws CertificateException {
    var factory = CertificateFactory.getInstance("X.509");
    try {
      var octets = new ByteArrayInputStream(HexFormat.of().parseHex(record.data()));
      return Optional.of((X509Certificate) factory.generateCertificate(octets));
    } catch (CertificateException e) {
      return Optional.empty(); // no certificate: nothing can fit it
    }
  }

  private static void leads(List<X509Certificate> chain, Set<X509Certificate> authorities)
      throws CertificateException {
    var own = chain.getFirst();
    if (authorities.contains(own)) {
      own.checkValidity();
      return;
    }
    try {
      var target = new X509CertSelector();
      target.setCertificate(own);
      var anchors = new LinkedHashSet<TrustAnchor>();
      for (var authority : authorities) {
        authority.checkValidity(); // PKIX takes an anchor at any time
        anchors.add(new TrustAnchor(authority, null));
      }
      var parameters = new PKIXBuilderParameters(anchors, target);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      parameters.setRevocationEnabled(false); // the record itself is what can be taken back
      CertPathBuilder.getInstance("PKIX").build(parameters);
    } catch (GeneralSecurityException e) {
      throw new CertificateException("no chain leads to an authority of a TLSA record", e);
    }
  }
}
