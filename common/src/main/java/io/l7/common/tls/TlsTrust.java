package io.l7.common.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom a client trusts. TLS 1.2 and 1.3. Immutable; safe for all threads. */
public final class TlsTrust {
  private final Supplier<SSLContext> context;
  private final Verification verification;
  private final List<String> alpn;

  private enum Verification {
    CHAIN_AND_NAME,
    NOTHING
  }

  private TlsTrust(Supplier<SSLContext> context, Verification verification, List<String> alpn) {
    this.context = context;
    this.verification = verification;
    this.alpn = alpn;
  }

  /** The authorities that this Java trusts, and the server's name must match. */
  public static TlsTrust system() {
    // Reading some hundred authorities takes longer than all else of a client that never needs one.
    return new TlsTrust(
        new OnFirstUse(() -> verifying(null)), Verification.CHAIN_AND_NAME, List.of());
  }

  /**
   * These certificates alone, as authorities or as themselves, and the server's name must match.
   */
  public static TlsTrust of(Collection<X509Certificate> certificates) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int serial = 0;
      for (var certificate : certificates)
        store.setCertificateEntry("trusted-" + serial++, certificate);
      var context = verifying(store);
      return new TlsTrust(() -> context, Verification.CHAIN_AND_NAME, List.of());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot build a trust store", e);
    }
  }

  /** The certificates in a PEM file. */
  public static TlsTrust fromPem(Path file) throws IOException {
    return of(Pem.certificates(file));
  }

  /** Anyone. Hides from those who only listen, and from nobody else. */
  public static TlsTrust insecure() {
    var context = context(new TrustManager[] {new TrustsAnyone()});
    return new TlsTrust(() -> context, Verification.NOTHING, List.of());
  }

  /** Whoever {@code judge} lets pass, under whatever name: both are its to check. */
  public static TlsTrust by(X509ExtendedTrustManager judge) {
    var context = context(new TrustManager[] {judge});
    return new TlsTrust(() -> context, Verification.NOTHING, List.of());
  }

  private static SSLContext verifying(@Nullable KeyStore store) {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return context(factory.getTrustManagers());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no trust manager in this Java", e);
    }
  }

  private static SSLContext context(TrustManager[] managers) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS in this Java", e);
    }
  }

  /** The same trust that offers {@code protocols} by ALPN (RFC 7301). */
  public TlsTrust alpn(String... protocols) {
    return new TlsTrust(context, verification, List.of(protocols));
  }

  /** The context, for clients that are not ours. */
  public SSLContext context() {
    return context.get();
  }

  /** A socket in client mode over {@code transport}, to a server that must be {@code host}. */
  public SSLSocket clientSocket(Socket transport, String host, int port) throws IOException {
    // RFC 6066 §3: without the dot that makes a name absolute.
    var name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    var socket = (SSLSocket) context().getSocketFactory().createSocket(transport, name, port, true);
    var parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    if (verification == Verification.CHAIN_AND_NAME)
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!CertificateAuthority.isAddress(name))
      serverName(name).ifPresent(asked -> parameters.setServerNames(List.of(asked)));
    if (!alpn.isEmpty()) parameters.setApplicationProtocols(alpn.toArray(String[]::new));
    socket.setSSLParameters(parameters);
    return socket;
  }

  /**
   * The name to ask for; none where it is no host name (RFC 1123 §2.1), as with an underline: JSSE
   * knows no others, as a server either.
   */
  private static Optional<SNIServerName> serverName(String name) {
    try {
      return Optional.of(new SNIHostName(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A context that is made when it is first asked for. */
  private static final class OnFirstUse implements Supplier<SSLContext> {
    private final Supplier<SSLContext> maker;
    private @Nullable SSLContext made;

    OnFirstUse(Supplier<SSLContext> maker) {
      this.maker = maker;
    }

    @Override
    public synchronized SSLContext get() {
      var context = made == null ? maker.get() : made;
      made = context;
      return context;
    }
  }

  /** An extended manager, or JSSE would check names behind our back. */
  private static final class TrustsAnyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
