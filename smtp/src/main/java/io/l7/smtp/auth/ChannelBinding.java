package io.l7.smtp.auth;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What the two ends of a TLS connection see alike, and someone in between does not: SCRAM's PLUS
 * mechanisms put it under the proof (RFC 5056).
 *
 * @param type which kind
 * @param data its octets
 */
public record ChannelBinding(Type type, byte[] data) {
  private static final String LABEL = "EXPORTER-Channel-Binding"; // RFC 9266 §2
  private static final int OCTETS = 32;

  /** The kinds we know, the strongest first; their names are those of IANA's registry. */
  public enum Type {
    /** Keying material of this one connection (RFC 9266). */
    TLS_EXPORTER("tls-exporter"),
    /** The hash of the server's certificate (RFC 5929 §4), for TLS 1.2. */
    TLS_SERVER_END_POINT("tls-server-end-point");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What the server's end can bind to, strongest first; nothing where there is no TLS. */
  public static List<ChannelBinding> ofServer(Optional<SSLSession> tls) {
    return tls.map(session -> of(session, session.getLocalCertificates())).orElse(List.of());
  }

  /** What the client's end can bind to, strongest first; nothing where there is no TLS. */
  public static List<ChannelBinding> ofClient(Optional<SSLSession> tls) {
    return tls.map(session -> of(session, peerCertificates(session))).orElse(List.of());
  }

  private static Certificate[] peerCertificates(SSLSession session) {
    try {
      return session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException e) {
      return new Certificate[0];
    }
  }

  private static List<ChannelBinding> of(SSLSession session, Certificate[] server) {
    var out = new ArrayList<ChannelBinding>();
    exporter(session).ifPresent(data -> out.add(new ChannelBinding(Type.TLS_EXPORTER, data)));
    if (server != null && server.length > 0 && server[0] instanceof X509Certificate leaf) {
      endPoint(leaf)
          .ifPresent(data -> out.add(new ChannelBinding(Type.TLS_SERVER_END_POINT, data)));
    }
    return List.copyOf(out);
  }

  private static Optional<byte[]> exporter(SSLSession session) {
    // RFC 9266 §3: not where a connection may renegotiate, as TLS 1.2 may
    if (!session.getProtocol().equals("TLSv1.3")
        || !(session instanceof ExtendedSSLSession extended)) {
      return Optional.empty();
    }
    try {
      return Optional.of(extended.exportKeyingMaterialData(LABEL, new byte[0], OCTETS));
    } catch (SSLException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** The hash of a certificate; empty where RFC 5929 defines none. */
  static Optional<byte[]> endPoint(X509Certificate certificate) {
    try {
      var hash = hash(certificate);
      return hash.isEmpty()
          ? Optional.empty()
          : Optional.of(MessageDigest.getInstance(hash.get()).digest(certificate.getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      return Optional.empty();
    }
  }

  /** RFC 5929 §4.1: the hash of the certificate's own signature, but none weaker than SHA-256. */
  private static Optional<String> hash(X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    var algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    if (algorithm.equals("RSASSA-PSS")) {
      var parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(certificate.getSigAlgParams());
      return strong(parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
    }
    var with = algorithm.indexOf("WITH");
    return with < 0 ? Optional.empty() : strong(algorithm.substring(0, with)); // EdDSA: undefined
  }

  private static Optional<String> strong(String digest) {
    return switch (digest.replace("-", "")) {
      case "MD5", "SHA1", "SHA256" -> Optional.of("SHA-256");
      case "SHA224" -> Optional.of("SHA-224");
      case "SHA384" -> Optional.of("SHA-384");
      case "SHA512" -> Optional.of("SHA-512");
      default -> Optional.empty();
    };
  }
}
