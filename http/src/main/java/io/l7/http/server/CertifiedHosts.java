package io.l7.http.server;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSession;

/**
 * The hosts that a TLS connection may be asked for (RFC 9110 §7.4): the name that the handshake
 * asked for, and those in the certificate that it was shown. A connection without TLS, or whose
 * client named nobody, may ask for all. Belongs to one connection.
 */
public final class CertifiedHosts {
  private static final Integer DNS_NAME = 2; // RFC 5280 §4.2.1.6

  private final Set<String> names;
  private String last = "";

  private CertifiedHosts(Set<String> names) {
    this.names = names;
  }

  /** Those of a connection. */
  public static CertifiedHosts of(Optional<SSLSession> tls) {
    if (tls.isPresent() && tls.get() instanceof ExtendedSSLSession session) {
      for (SNIServerName asked : session.getRequestedServerNames()) {
        if (asked instanceof SNIHostName name) {
          var names = new HashSet<>(alternativeNames(session.getLocalCertificates()));
          names.add(name.getAsciiName().toLowerCase(Locale.ROOT));
          return new CertifiedHosts(names);
        }
      }
    }
    return new CertifiedHosts(Set.of());
  }

  private static Set<String> alternativeNames(Certificate[] chain) {
    var names = new HashSet<String>();
    if (chain != null && chain.length > 0 && chain[0] instanceof X509Certificate certificate) {
      try {
        Collection<List<?>> all = certificate.getSubjectAlternativeNames();
        for (List<?> name : all == null ? List.<List<?>>of() : all) {
          if (DNS_NAME.equals(name.get(0))) {
            names.add(name.get(1).toString().toLowerCase(Locale.ROOT));
          }
        }
      } catch (CertificateParsingException _) {
        // Then the name of the handshake stands alone.
      }
    }
    return names;
  }

  /**
   * Whether a request for this host came to the right place.
   *
   * @param authority host and perhaps port, in lower case; empty where the request named none
   */
  boolean cover(String authority) {
    if (names.isEmpty() || authority.isEmpty()) {
      return true;
    }
    String host = HostNames.host(HostNames.canonical(authority, "https"));
    if (host.equals(last)) {
      return true;
    }
    int dot = host.indexOf('.');
    // RFC 6125 §6.4.3: an asterisk stands for one label.
    boolean covered =
        names.contains(host) || (dot > 0 && names.contains("*" + host.substring(dot)));
    if (covered) {
      last = host;
    }
    return covered;
  }
}
