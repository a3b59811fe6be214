package io.l7.smtp.client;

import io.l7.common.net.Connection;
import io.l7.smtp.dane.TlsaSet;
import io.l7.smtp.sts.StsPolicy;
import io.l7.smtp.tlsrpt.AppliedPolicy;
import io.l7.smtp.tlsrpt.ResultType;
import io.l7.smtp.tlsrpt.SessionFailure;
import io.l7.smtp.tlsrpt.TlsSessions;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells whoever counts how TLS with one server went, under which policy. One thread. */
final class Witness {
  /** As JSSE has them in its messages: names of classes. */
  private static final Pattern JAVA = Pattern.compile("(?:sun|java|javax)\\.[\\w.]{1,100}: ");

  private final TlsSessions sessions;
  private final Hop hop;
  private AppliedPolicy policy;
  private Optional<Connection> connection = Optional.empty();

  Witness(TlsSessions sessions, Hop hop) {
    this.sessions = sessions;
    this.hop = hop;
    this.policy = AppliedPolicy.none(hop.domain());
  }

  /** The host's records demand something from here on. */
  void under(String base, TlsaSet records) {
    var texts = records.records().stream().map(r -> r.text()).toList();
    policy = new AppliedPolicy(AppliedPolicy.Type.TLSA, base, texts, List.of());
  }

  /** The domain's policy does. */
  void under(StsPolicy demanded) {
    policy =
        new AppliedPolicy(AppliedPolicy.Type.STS, hop.domain(), demanded.lines(), demanded.mx());
  }

  /** There is a policy, but nobody can say which. */
  void underUnknown(AppliedPolicy.Type type, String domain) {
    policy = new AppliedPolicy(type, domain, List.of(), List.of());
  }

  /** It is talked to over this. */
  void over(Connection other) {
    connection = Optional.of(other);
  }

  void succeeded() {
    sessions.succeeded(hop.domain(), policy);
  }

  void failed(TlsDemandException e) {
    failed(e.result(), String.valueOf(e.getMessage()));
  }

  void failed(ResultType type, String why) {
    // the server's name stands in a field of its own, and Java's are nothing to others
    var reason =
        JAVA.matcher(why.replace(hop.server() + ": ", "").replace(hop.server() + " ", ""))
            .replaceAll("");
    sessions.failed(
        hop.domain(),
        policy,
        new SessionFailure(
            type,
            hop.server().host(),
            connection.map(Connection::local).flatMap(Witness::address),
            connection.map(Connection::peer).flatMap(Witness::address),
            reason));
  }

  private static Optional<String> address(InetSocketAddress at) {
    return Optional.ofNullable(at.getAddress()).map(a -> a.getHostAddress());
  }
}
