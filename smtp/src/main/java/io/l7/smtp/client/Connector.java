package io.l7.smtp.client;

import io.l7.common.net.Connection;
import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsTrust;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a session with one server, with as much TLS as the policy wants and the server gives. */
public final class Connector {
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

  private final RelayOptions options;

  /** A connector with these options. */
  public Connector(RelayOptions options) {
    this.options = options;
  }

  /** Connects, greets, secures and authenticates. */
  public ClientSession open(Endpoint server) throws IOException {
    var session = secured(server);
    try {
      if (options.credentials().isPresent()) {
        session.authenticate(options.credentials().get());
      }
      return session;
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private ClientSession secured(Endpoint server) throws IOException {
    var session = greet(server);
    if (options.tls() == TlsPolicy.OFF || options.tls() == TlsPolicy.IMPLICIT) {
      return session;
    }
    var offered = session.ehlo().offers("STARTTLS");
    if (options.tls() == TlsPolicy.REQUIRED) {
      if (!offered) {
        session.close();
        throw new IOException(server + " does not offer STARTTLS, which is required");
      }
      return startTls(session, options.trust(), server);
    }
    if (!offered) {
      return session;
    }
    try {
      return startTls(session, TlsTrust.insecure(), server);
    } catch (IOException e) {
      // RFC 7435 §3: where anything would do, a failed handshake is no reason to send nothing
      LOG.warn("{}: TLS failed, sending in the clear: {}", server, e.toString());
      return greet(server);
    }
  }

  private static ClientSession startTls(ClientSession session, TlsTrust trust, Endpoint server)
      throws IOException {
    try {
      session.startTls(trust, server.host());
      return session;
    } catch (IOException e) {
      session.broken();
      session.close();
      throw e;
    }
  }

  private ClientSession greet(Endpoint server) throws IOException {
    Connection connection = options.dialer().dial(server);
    if (options.tls() == TlsPolicy.IMPLICIT) {
      try {
        connection.startTls(options.trust(), server.host());
      } catch (IOException e) {
        connection.close();
        throw e;
      }
    }
    return ClientSession.greet(
        connection, options.dialect(), options.hostname(), options.timeouts());
  }

  /** Opens a session with the first server that talks; throws what the last one did. */
  public Reached openFirst(List<Endpoint> servers) throws IOException {
    var last = new IOException("no server to try");
    for (var server : servers) {
      try {
        return new Reached(server, open(server));
      } catch (IOException e) {
        LOG.info("{}: {}", server, e.toString());
        last = e;
      }
    }
    throw last;
  }

  /** A session and whom it is with. */
  public record Reached(Endpoint server, ClientSession session) {}
}
