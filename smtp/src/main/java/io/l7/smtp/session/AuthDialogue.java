package io.l7.smtp.session;

import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireException.TooLong;
import io.l7.common.framing.WireException.Truncated;
import io.l7.common.net.Cidr;
import io.l7.common.net.Connection;
import io.l7.smtp.auth.SaslServer;
import io.l7.smtp.auth.SaslStep;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.protocol.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** One AUTH command, to its end (RFC 4954 §4). */
final class AuthDialogue {
  /** How an AUTH ended: who it is, or the reply that says why not. */
  sealed interface Result {
    record LoggedIn(String user) implements Result {}

    record Refused(Reply reply) implements Result {}
  }

  private final Connection connection;
  private final SessionContext context;

  AuthDialogue(Connection connection, SessionContext context) {
    this.connection = connection;
    this.context = context;
  }

  Result run(Command.Auth auth) throws IOException {
    var channel = new TlsChannel(connection);
    var exchange = context.authenticator().begin(auth.mechanism(), channel);
    if (exchange.isEmpty()) {
      var needsTls = !channel.encrypted() && auth.mechanism().matches("PLAIN|LOGIN");
      return new Result.Refused(needsTls ? Replies.AUTH_NEEDS_TLS : Replies.NO_MECHANISM);
    }
    var address = Cidr.ofClient(connection.peer().getAddress()).toString();
    if (context.brake().refuses(address)) {
      return new Result.Refused(Replies.AUTH_BRAKE);
    }
    var result = exchange(exchange.get(), auth.initialResponse());
    switch (result) {
      case Result.LoggedIn l -> context.brake().succeeded(address);
      case Result.Refused(var reply) -> {
        if (reply.equals(Replies.AUTH_DENIED)) {
          context.brake().failed(address);
        }
      }
    }
    return result;
  }

  private Result exchange(SaslServer server, Optional<String> initial) throws IOException {
    var response = initial.isPresent() ? decode(initial.get()) : Optional.of(new byte[0]);
    while (true) {
      if (response.isEmpty()) {
        return new Result.Refused(Replies.AUTH_BASE64);
      }
      switch (server.respond(response.get())) {
        case SaslStep.Success(var user) -> {
          return new Result.LoggedIn(user);
        }
        case SaslStep.Denied() -> {
          return new Result.Refused(Replies.AUTH_DENIED);
        }
        case SaslStep.Braked() -> {
          return new Result.Refused(Replies.AUTH_BRAKE);
        }
        case SaslStep.Malformed(var why) -> {
          return new Result.Refused(Reply.of(501, "5.5.2 " + why));
        }
        case SaslStep.Challenge(var octets) -> {
          var line = ask(octets);
          if (line.equals("*")) {
            return new Result.Refused(Replies.AUTH_CANCELLED);
          }
          response = decode(line);
        }
      }
    }
  }

  private String ask(byte[] challenge) throws IOException {
    var out = connection.out();
    out.latin1("334 " + Base64.getEncoder().encodeToString(challenge));
    out.write('\r');
    out.write('\n');
    out.flush();
    connection.deadline(context.limits().commandTimeout(), "authentication");
    try (var mask = connection.masked()) {
      return connection
          .in()
          .line(context.limits().maxAuthLine(), LineEnds.LENIENT)
          .orElseThrow(() -> new Truncated("an authentication"))
          .latin1();
    } catch (TooLong e) {
      return "!"; // no base64: 501 follows
    } finally {
      connection.clearDeadline();
    }
  }

  /** {@code =} stands for an empty response (RFC 4954 §4). */
  private static Optional<byte[]> decode(String text) {
    if (text.equals("=")) {
      return Optional.of(new byte[0]);
    }
    try {
      return Optional.of(Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
