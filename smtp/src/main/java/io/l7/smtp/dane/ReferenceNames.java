package io.l7.smtp.dane;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * The names under which a server may present itself, beside those in its certificate (RFC 7672
 * §3.2.3): its dNSNames, or its common name where it has none.
 */
final class ReferenceNames {
  private static final int DNS_NAME = 2;

  private ReferenceNames() {}

  static boolean anyIn(X509Certificate certificate, Collection<String> names) {
    return presented(certificate).stream()
        .anyMatch(pattern -> names.stream().anyMatch(name -> covers(pattern, name)));
  }

  private static List<String> presented(X509Certificate certificate) {
    var out = new ArrayList<String>();
    try {
      var alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (var entry : alternatives) {
          if (entry.get(0).equals(DNS_NAME) && entry.get(1) instanceof String name) {
            out.add(name);
          }
        }
      }
      return out.isEmpty() ? commonName(certificate) : out;
    } catch (CertificateParsingException | InvalidNameException e) {
      return List.of();
    }
  }

  private static List<String> commonName(X509Certificate certificate) throws InvalidNameException {
    return new LdapName(certificate.getSubjectX500Principal().getName())
        .getRdns().stream()
            .filter(part -> part.getType().equalsIgnoreCase("CN"))
            .map(part -> String.valueOf(part.getValue()))
            .toList();
  }

  /** Whether a name of a certificate means this host; {@code *} stands for its first label. */
  static boolean covers(String pattern, String host) {
    var wanted = plain(host);
    var given = plain(pattern);
    if (!given.startsWith("*.")) {
      return given.equals(wanted);
    }
    var dot = wanted.indexOf('.');
    return dot > 0 && wanted.substring(dot).equals(given.substring(1));
  }

  private static String plain(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
