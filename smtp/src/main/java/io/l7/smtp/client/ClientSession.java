package io.l7.smtp.client;

import io.l7.common.net.Connection;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.auth.ChannelBinding;
import io.l7.smtp.auth.ScramClient;
import io.l7.smtp.auth.ScramClient.Flag;
import io.l7.smtp.protocol.Ehlo;
import io.l7.smtp.protocol.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;

/** A conversation with one server, as the client (RFC 5321 §3). One thread. */
public final class ClientSession implements AutoCloseable {
  private final Connection connection;
  private final Dialect dialect;
  private final String hello;
  private final ClientTimeouts timeouts;
  private Ehlo ehlo = Ehlo.NOTHING;
  private boolean broken;

  private ClientSession(
      Connection connection, Dialect dialect, String hello, ClientTimeouts timeouts) {
    this.connection = connection;
    this.dialect = dialect;
    this.hello = hello;
    this.timeouts = timeouts;
  }

  /**
   * Reads the greeting and says EHLO, or HELO where that is not known; {@code hello} is our name.
   */
  public static ClientSession greet(
      Connection connection, Dialect dialect, String hello, ClientTimeouts timeouts)
      throws IOException {
    var session = new ClientSession(connection, dialect, hello, timeouts);
    try {
      connection.deadline(timeouts.greeting(), "greeting");
      var greeting = session.read();
      if (!greeting.isPositive()) {
        throw new RefusedException("greeting", greeting);
      }
      session.hello();
      return session;
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void hello() throws IOException {
    var reply = command((dialect == Dialect.LMTP ? "LHLO " : "EHLO ") + hello);
    if (reply.isPositive()) {
      ehlo = Ehlo.of(reply);
      return;
    }
    if (dialect == Dialect.LMTP || reply.isTransient()) {
      throw new RefusedException("EHLO", reply);
    }
    ehlo = Ehlo.NOTHING; // RFC 5321 §3.2: a server that does not know EHLO
    var old = command("HELO " + hello);
    if (!old.isPositive()) {
      throw new RefusedException("HELO", old);
    }
  }

  /** What the server offers now. */
  public Ehlo ehlo() {
    return ehlo;
  }

  Dialect dialect() {
    return dialect;
  }

  Connection connection() {
    return connection;
  }

  ClientTimeouts timeouts() {
    return timeouts;
  }

  /** Whether TLS is on. */
  public boolean encrypted() {
    return connection.tls().isPresent();
  }

  /** Begins TLS (RFC 3207); what was offered in the clear is forgotten. */
  public void startTls(TlsTrust trust, String host) throws IOException {
    var reply = command("STARTTLS");
    if (!reply.isPositive()) {
      throw new RefusedException("STARTTLS", reply);
    }
    connection.startTls(trust, host); // refuses what came in the clear behind the reply
    hello();
  }

  /**
   * Authenticates by the strongest way that both sides know; a password never goes in the clear.
   */
  public void authenticate(Credentials credentials) throws IOException {
    var offered = ehlo.authMechanisms();
    var bindings = ChannelBinding.ofClient(connection.tls());
    Reply reply;
    if (offered.contains("SCRAM-SHA-256-PLUS") && !bindings.isEmpty()) {
      reply = scram("SCRAM-SHA-256-PLUS", credentials, new Flag.Bound(bindings.getFirst()));
    } else if (offered.contains("SCRAM-SHA-256")) {
      var flag = bindings.isEmpty() ? new Flag.Unable() : new Flag.NotOffered();
      reply = scram("SCRAM-SHA-256", credentials, flag);
    } else if (!encrypted()) {
      throw new IOException("no way to authenticate without sending the password in the clear");
    } else if (offered.contains("PLAIN")) {
      reply =
          secret("AUTH PLAIN " + base64("\0" + credentials.user() + "\0" + credentials.password()));
    } else if (offered.contains("LOGIN")) {
      command("AUTH LOGIN");
      secret(base64(credentials.user()));
      reply = secret(base64(credentials.password()));
    } else {
      throw new IOException("server offers no way to authenticate that we know");
    }
    if (reply.code() != 235) {
      throw new RefusedException("AUTH", reply);
    }
  }

  private Reply scram(String mechanism, Credentials credentials, Flag flag) throws IOException {
    var nonce = new byte[18];
    new SecureRandom().nextBytes(nonce);
    var client =
        new ScramClient(credentials.user(), credentials.password().toCharArray(), nonce, flag);
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
      command("*");
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
    try (var mask = connection.masked()) {
      return command(line);
    }
  }

  /** Writes a command without waiting for its reply. */
  void write(String line) throws IOException {
    var octets = line.getBytes(StandardCharsets.UTF_8);
    for (var b : octets) {
      if (b == '\r' || b == '\n' || b == 0) {
        throw new IllegalArgumentException("control character in a command");
      }
    }
    var out = connection.out();
    out.write(octets);
    out.write('\r');
    out.write('\n');
  }

  /** Sends one command and reads its reply. */
  Reply command(String line) throws IOException {
    write(line);
    connection.out().flush();
    connection.deadline(timeouts.command(), "reply");
    return read();
  }

  /** Reads the next reply within the deadline that is set, and clears it. */
  Reply read() throws IOException {
    try {
      var reply = ReplyReader.read(connection.in());
      connection.clearDeadline();
      if (reply.code() == 421) {
        broken = true; // RFC 5321 §3.8: the server is closing
      }
      return reply;
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  /** Notes that the dialogue cannot go on. */
  void broken() {
    broken = true;
  }

  /** Whether another mail may be sent over this connection. */
  public boolean usable() {
    return !broken;
  }

  /** Says QUIT where that makes sense, and closes. */
  @Override
  public void close() {
    try {
      if (!broken) {
        write("QUIT");
        connection.out().flush();
        connection.deadline(Duration.ofSeconds(5), "reply to QUIT");
        read();
        connection.finish(); // a close over unread octets of TLS would reset the connection
      }
    } catch (IOException e) {
      connection.note("QUIT: " + e.getMessage());
    } finally {
      connection.close();
    }
  }
}
