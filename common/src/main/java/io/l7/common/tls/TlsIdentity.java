package io.l7.common.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Who a server is: a certificate and key, or several chosen by the name that the client asks for
 * (SNI, RFC 6066 §3). {@link #reload()} reads files again; connections and handshakes under way
 * keep what they began with. TLS 1.2 and 1.3. Safe for all threads.
 */
public final class TlsIdentity {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final ReloadingKeyManager keys;
  private final SSLContext context;
  private final List<String> alpn;

  private TlsIdentity(ReloadingKeyManager keys, SSLContext context, List<String> alpn) {
    this.keys = keys;
    this.context = context;
    this.alpn = alpn;
  }

  /** A certificate chain, leaf first, and its key. */
  public record Credentials(List<X509Certificate> chain, PrivateKey key) {
    public Credentials {
      chain = List.copyOf(chain);
      if (chain.isEmpty()) throw new IllegalArgumentException("no certificate");
    }
  }

  /** Where credentials come from; asked again at each reload. */
  @FunctionalInterface
  public interface Source {
    /** Reads them. */
    Credentials load() throws IOException;

    /**
     * Two PEM files: a chain, leaf first, and a PKCS #8, PKCS #1 or SEC 1 key; read at each load.
     */
    static Source pem(Path certificates, Path key) {
      return () -> Pem.credentials(certificates, key);
    }

    /** A fresh self-signed certificate for these names, valid for a year; the same at each load. */
    static Source selfSigned(String... names) {
      var credentials = CertificateAuthority.selfSigned(List.of(names));
      return () -> credentials;
    }
  }

  /**
   * The identity in two PEM files: a chain, leaf first, and a PKCS #8, PKCS #1 or SEC 1 key.
   *
   * @throws IOException a file cannot be read or has nothing fit in it
   */
  public static TlsIdentity fromPem(Path certificates, Path key) throws IOException {
    return of(Source.pem(certificates, key));
  }

  /**
   * A fresh self-signed identity for {@code names}, valid for a year; for tests and first tries.
   */
  public static TlsIdentity selfSigned(String... names) {
    return of(CertificateAuthority.selfSigned(List.of(names)));
  }

  /** An identity that does not change. */
  public static TlsIdentity of(Credentials credentials) {
    try {
      return of(() -> credentials);
    } catch (IOException e) {
      throw new AssertionError(e); // nothing is read
    }
  }

  /** An identity that {@code source} supplies, now and at each reload. */
  public static TlsIdentity of(Source source) throws IOException {
    return bySni(Map.of(), source);
  }

  /**
   * Several identities, by the name that the client asks for; {@code *.example} covers one label.
   *
   * @param byName the names and their sources
   * @param otherwise for clients that ask for no name or another one
   */
  public static TlsIdentity bySni(Map<String, Source> byName, Source otherwise) throws IOException {
    var keys = new ReloadingKeyManager(byName, otherwise);
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, null, new SecureRandom());
      return new TlsIdentity(keys, context, List.of());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS in this Java", e);
    }
  }

  /** The same identity that offers {@code protocols} by ALPN (RFC 7301), best first. */
  public TlsIdentity alpn(String... protocols) {
    return new TlsIdentity(keys, context, List.of(protocols));
  }

  /**
   * Reads every source again. When one cannot be read all stay as they are.
   *
   * @throws IOException which one, and why
   */
  public void reload() throws IOException {
    keys.reload();
  }

  /** The certificate chain that a client without SNI sees, leaf first. */
  public List<X509Certificate> certificates() {
    return keys.otherwise().chain();
  }

  /** A socket in server mode over {@code transport}; the handshake has not begun. */
  public SSLSocket serverSocket(Socket transport) throws IOException {
    var nothingConsumed = InputStream.nullInputStream();
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(transport, nothingConsumed, true);
    socket.setUseClientMode(false);
    var parameters = socket.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setUseCipherSuitesOrder(true);
    if (!alpn.isEmpty()) parameters.setApplicationProtocols(alpn.toArray(String[]::new));
    socket.setSSLParameters(parameters);
    return socket;
  }
}
