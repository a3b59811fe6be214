package io.l7.smtp.client;

import io.l7.common.net.Connection;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.protocol.Ehlo;
import io.l7.smtp.protocol.Reply;
import io.l7.smtp.store.Content;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A conversation with one server, as the client (RFC 5321 §3). One thread. */
public final class ClientSession implements AutoCloseable {
  /** Octets of a content that are given the time of one block (RFC 5321 §4.5.3.2.5). */
  private static final int PIECE = 64 << 10;

  private final Connection connection;
  private final Dialect dialect;
  private final String hello;
  private final ClientTimeouts timeouts;
  private Ehlo ehlo = Ehlo.NOTHING;
  private boolean broken;
  private int contents;

  private ClientSession(
      Connection connection, Dialect dialect, String hello, ClientTimeouts timeouts) {
    this.connection = connection;
    this.dialect = dialect;
    this.hello = hello;
    this.timeouts = timeouts;
  }

  /** A session in which nothing has been said. */
  static ClientSession over(
      Connection connection, Dialect dialect, String hello, ClientTimeouts timeouts) {
    return new ClientSession(connection, dialect, hello, timeouts);
  }

  /** What the server says first. */
  Reply greeting() throws IOException {
    connection.deadline(timeouts.greeting(), "greeting");
    return read();
  }

  /**
   * Reads the greeting and says EHLO, or HELO where that is not known; {@code hello} is our name.
   */
  public static ClientSession greet(
      Connection connection, Dialect dialect, String hello, ClientTimeouts timeouts)
      throws IOException {
    var session = over(connection, dialect, hello, timeouts);
    try {
      var greeting = session.greeting();
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

  /** Says EHLO, or HELO where that is not known. */
  void hello() throws IOException {
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

  /** Notes what the server offers. */
  void offered(Ehlo by) {
    ehlo = by;
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
    var login = new Login(this, credentials);
    var possible = login.possible();
    if (possible.isEmpty()) {
      throw new IOException(
          encrypted()
              ? "server offers no way to authenticate that we know"
              : "no way to authenticate without sending the password in the clear");
    }
    var reply = login.by(possible.getFirst());
    if (reply.code() != 235) {
      throw new RefusedException("AUTH", reply);
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

  /** Sends a content with its end, dots stuffed; its reply is to be read. */
  void content(Content content) throws IOException {
    contents++;
    var block = connection.out().dotBlock();
    content.copyTo(
        new FilterOutputStream(block) {
          @Override
          public void write(byte[] b, int offset, int length) throws IOException {
            for (var done = 0; done < length; done += PIECE) {
              connection.deadline(timeouts.block(), "content to be taken");
              out.write(b, offset + done, Math.min(PIECE, length - done));
            }
          }
        });
    block.finish();
    connection.out().flush();
  }

  /** Sends one command and reads its reply. */
  Reply command(String line) throws IOException {
    write(line);
    connection.deadline(timeouts.command(), "reply");
    connection.out().flush();
    return read();
  }

  /** Reads the reply to a command. */
  Reply reply() throws IOException {
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

  /** How many contents were begun: from then on the server may have the mail. */
  int contents() {
    return contents;
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
        connection.deadline(Duration.ofSeconds(5), "reply to QUIT");
        write("QUIT");
        connection.out().flush();
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
