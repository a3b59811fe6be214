package io.l7.smtp.tlsrpt;

import java.io.IOException;
import java.util.List;

/** Looks up whether a domain wants reports (RFC 8460 §3). Thread-safe; blocks. */
@FunctionalInterface
public interface ReportAddresses {
  /**
   * The texts at {@code _smtp._tls.DOMAIN} of a domain given in A-labels; none where there are
   * none.
   *
   * @throws IOException DNS does not tell now
   */
  List<String> texts(String domain) throws IOException;
}
