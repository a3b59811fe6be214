package io.l7.smtp.session;

import io.l7.common.net.Connection;
import io.l7.smtp.auth.Authenticator;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;

/** What a connection's TLS gives to authentication. */
record TlsChannel(Connection connection) implements Authenticator.Channel {
  private static final String LABEL = "EXPORTER-Channel-Binding"; // RFC 9266 §2
  private static final int OCTETS = 32;

  @Override
  public boolean encrypted() {
    return connection.tls().isPresent();
  }

  @Override
  public Optional<byte[]> tlsExporter() {
    var session = connection.tls();
    if (session.isEmpty() || !session.get().getProtocol().equals("TLSv1.3")) {
      return Optional.empty(); // RFC 9266 §1: before 1.3 the exporter is not always unique
    }
    if (!(session.get() instanceof ExtendedSSLSession extended)) {
      return Optional.empty();
    }
    try {
      return Optional.of(extended.exportKeyingMaterialData(LABEL, new byte[0], OCTETS));
    } catch (SSLException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }
}
