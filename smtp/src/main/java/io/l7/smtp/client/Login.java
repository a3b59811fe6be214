package io.l7.smtp.client;

import io.l7.smtp.auth.ChannelBinding;
import io.l7.smtp.auth.ScramClient;
import io.l7.smtp.auth.ScramClient.Flag;
import io.l7.smtp.protocol.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/** The client's side of AUTH, one mechanism at a time (RFC 4954). */
final class Login {
  /** What we know, the strongest first. */
  static final List<String> MECHANISMS =
      List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN");

  private final ClientSession session;
  private final Credentials credentials;
  private final List<ChannelBinding> bindings;

  Login(ClientSession session, Credentials credentials) {
    this.session = session;
    this.credentials = credentials;
    this.bindings = ChannelBinding.ofClient(session.connection().tls());
  }

  /** The mechanisms that both sides know and this connection allows, the strongest first. */
  List<String> possible() {
    var offered = session.ehlo().authMechanisms();
    return MECHANISMS.stream()
        .filter(offered::contains)
        .filter(m -> !m.endsWith("-PLUS") || !bindings.isEmpty())
        .filter(m -> m.startsWith("SCRAM-") || session.encrypted()) // no password in the clear
        .toList();
  }

  /** Tries one of {@link #possible()}; the server's last word, 235 when it let us in. */
  Reply by(String mechanism) throws IOException {
    return switch (mechanism) {
      case "PLAIN" ->
          secret("AUTH PLAIN " + base64("\0" + credentials.user() + "\0" + credentials.password()));
      case "LOGIN" -> login();
      case "SCRAM-SHA-256-PLUS" -> scram(mechanism, new Flag.Bound(bindings.getFirst()));
      default -> scram(mechanism, bindings.isEmpty() ? new Flag.Unable() : new Flag.NotOffered());
    };
  }

  private Reply login() throws IOException {
    for (var line : List.of("AUTH LOGIN", base64(credentials.user()))) {
      var reply = secret(line);
      if (reply.code() != 334) {
        return reply;
      }
    }
    return secret(base64(credentials.password()));
  }

  private Reply scram(String mechanism, Flag flag) throws IOException {
    var nonce = new byte[18];
    new SecureRandom().nextBytes(nonce);
    var client = client(nonce, flag);
    var first =
        secret("AUTH " + mechanism + " " + Base64.getEncoder().encodeToString(client.first()));
    if (first.code() != 334) {
      return first;
    }
    try {
      var answer = client.answer(decode(first));
      var last = secret(Base64.getEncoder().encodeToString(answer));
      if (last.code() != 334) {
        return last;
      }
      client.verify(decode(last));
      return secret("");
    } catch (ScramClient.ServerRefused e) {
      session.command("*");
      throw new IOException("SCRAM: " + e.getMessage(), e);
    }
  }

  private ScramClient client(byte[] nonce, Flag flag) throws IOException {
    try {
      return new ScramClient(credentials.user(), credentials.password().toCharArray(), nonce, flag);
    } catch (IllegalArgumentException e) {
      throw new IOException("SCRAM: " + e.getMessage(), e);
    }
  }

  private static byte[] decode(Reply challenge) throws IOException {
    try {
      return Base64.getDecoder().decode(challenge.lines().getFirst());
    } catch (IllegalArgumentException e) {
      throw new IOException("server's challenge is not base64", e);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Reply secret(String line) throws IOException {
    try (var mask = session.connection().masked()) {
      session.write(line);
      session.connection().out().flush();
    }
    return session.reply();
  }
}
