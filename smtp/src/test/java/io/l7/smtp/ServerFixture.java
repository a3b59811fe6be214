package io.l7.smtp;

import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;

/** A server of hamburger.edu with bob and alice, all four listeners, and a certificate. */
final class ServerFixture implements AutoCloseable {
  private static final TlsIdentity IDENTITY = TlsIdentity.selfSigned("hamburger.edu", "localhost");
  static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");

  final SmtpServer server;

  ServerFixture(Path folder) throws IOException {
    this(folder, SmtpLimits.builder().maxMessage(1 << 20).build());
  }

  ServerFixture(Path folder, SmtpLimits limits) throws IOException {
    server =
        SmtpServer.on(folder.resolve("store"))
            .domains("hamburger.edu")
            .users(
                new MemoryUsers()
                    .with("bob@hamburger.edu", "secret")
                    .with("alice@hamburger.edu", "wonderland"))
            .tls(IDENTITY)
            .limits(limits)
            .listen(ANY)
            .submission(ANY)
            .smtps(ANY)
            .lmtp(ANY)
            .start();
  }

  Talk talk(Role role) throws IOException {
    var talk = new Talk(server.endpoint(role));
    talk.reply();
    return talk;
  }

  /** A conversation up to the reply to EHLO. */
  Talk hello() throws IOException {
    var talk = talk(Role.TRANSFER);
    talk.say("EHLO crepes.fr");
    return talk;
  }

  /** A conversation up to the reply to DATA. */
  Talk data() throws IOException {
    var talk = hello();
    talk.say("MAIL FROM:<a@crepes.fr>");
    talk.say("RCPT TO:<bob@hamburger.edu>");
    talk.say("DATA");
    return talk;
  }

  /** A conversation under TLS, up to the reply to EHLO. */
  Talk secure(Role role) throws IOException {
    var talk = talk(role);
    talk.say("EHLO crepes.fr");
    talk.say("STARTTLS");
    talk.over(handshake(talk));
    talk.say("EHLO crepes.fr");
    return talk;
  }

  static SSLSocket handshake(Talk talk) throws IOException {
    var tls = TlsTrust.insecure().clientSocket(talk.socket(), "localhost", talk.socket().getPort());
    tls.setSoTimeout(10_000);
    tls.startHandshake();
    return tls;
  }

  /** The mails of a user, waiting until there are so many. */
  List<String> mails(String user, int count) throws IOException {
    var mailbox = server.mailbox(user);
    var out = new ArrayList<String>();
    for (var mail : mailbox.await(count, Duration.ofSeconds(5))) {
      out.add(new String(mailbox.read(mail), StandardCharsets.ISO_8859_1));
    }
    return out;
  }

  /** What is in a mailbox after one more mail, which comes last, has been delivered. */
  List<String> mailsBehindAFence(String user) throws IOException {
    try (var t = hello()) {
      t.say("MAIL FROM:<fence@crepes.fr>");
      t.say("RCPT TO:<alice@hamburger.edu>");
      t.say("DATA");
      t.say("fence\r\n.");
    }
    mails("alice@hamburger.edu", 1);
    var out = new ArrayList<String>();
    for (var mail : server.mailbox(user).list()) {
      out.add(new String(server.mailbox(user).read(mail), StandardCharsets.ISO_8859_1));
    }
    return out;
  }

  @Override
  public void close() {
    server.close();
  }
}
