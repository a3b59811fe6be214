package io.l7.common.tls;

import io.l7.common.tls.TlsIdentity.Credentials;
import io.l7.common.tls.TlsIdentity.Source;
import java.io.IOException;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Hands JSSE the credentials of the moment. An alias names a generation as well as a host, so that
 * a handshake which began before a reload ends with the key that fits its certificate.
 */
final class ReloadingKeyManager extends X509ExtendedKeyManager {
  private static final String OTHERWISE = "";

  private final Map<String, Source> sources;
  private volatile Generation current;
  private volatile Generation previous;

  private record Generation(long number, Map<String, Credentials> byName) {
    @Nullable Credentials find(String alias) {
      int slash = alias.indexOf('/');
      return Long.toString(number).equals(alias.substring(0, slash))
          ? byName.get(alias.substring(slash + 1))
          : null;
    }
  }

  ReloadingKeyManager(Map<String, Source> byName, Source otherwise) throws IOException {
    sources = new TreeMap<>();
    byName.forEach((name, source) -> sources.put(name.toLowerCase(Locale.ROOT), source));
    sources.put(OTHERWISE, otherwise);
    current = load(1);
    previous = current;
  }

  private Generation load(long number) throws IOException {
    var loaded = new TreeMap<String, Credentials>();
    for (var entry : sources.entrySet()) loaded.put(entry.getKey(), entry.getValue().load());
    return new Generation(number, loaded);
  }

  synchronized void reload() throws IOException {
    var next = load(current.number + 1);
    previous = current;
    current = next;
  }

  Credentials otherwise() {
    return java.util.Objects.requireNonNull(current.byName.get(OTHERWISE));
  }

  private @Nullable Credentials credentials(String alias) {
    var found = current.find(alias);
    return found != null ? found : previous.find(alias);
  }

  private @Nullable String alias(String keyType, @Nullable SSLSession handshake) {
    var generation = current;
    var name = match(generation, requestedName(handshake));
    var chosen = java.util.Objects.requireNonNull(generation.byName.get(name));
    return fits(keyType, chosen.key().getAlgorithm()) ? generation.number + "/" + name : null;
  }

  private static boolean fits(String keyType, String algorithm) {
    return keyType.equals(algorithm)
        || (keyType.equals("EdDSA") && algorithm.startsWith("Ed"))
        || (keyType.equals("RSASSA-PSS") && algorithm.equals("RSA"))
        || (keyType.startsWith("EC_") && algorithm.equals("EC"));
  }

  private static String match(Generation generation, String requested) {
    var name = requested.toLowerCase(Locale.ROOT);
    if (generation.byName.containsKey(name)) return name;
    int dot = name.indexOf('.');
    var wildcard = dot < 0 ? OTHERWISE : "*" + name.substring(dot); // RFC 6125 §6.4.3: one label
    return generation.byName.containsKey(wildcard) ? wildcard : OTHERWISE;
  }

  private static String requestedName(@Nullable SSLSession handshake) {
    if (!(handshake instanceof ExtendedSSLSession session)) return OTHERWISE;
    for (var name : session.getRequestedServerNames()) {
      if (name instanceof SNIHostName host) return host.getAsciiName();
    }
    return OTHERWISE;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyType, ((SSLSocket) socket).getHandshakeSession());
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyType, engine.getHandshakeSession());
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    var found = credentials(alias);
    return found == null ? null : found.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    var found = credentials(alias);
    return found == null ? null : found.key();
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    var alias = alias(keyType, null);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }
}
