package io.l7.cli.smtp;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.client.Connector;
import io.l7.smtp.client.MailSender;
import io.l7.smtp.client.MxResolver;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.session.Role;
import io.l7.smtp.store.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A mail server under load for a moment, in the training run of the AOT cache: what a started
 * server does first is then known to the compiler already (JEP 515).
 */
public final class MailRehearsal {
  private static final int CLIENTS = 8;
  private static final int MAILS = 1_000;

  private MailRehearsal() {}

  /** Takes and delivers some thousand mails in a temporary folder. */
  public static void run() throws IOException {
    var folder = Files.createTempDirectory("l7-rehearsal");
    try (var server =
        SmtpServer.on(folder)
            .domains("hamburger.edu")
            .users(new MemoryUsers().with("bob@hamburger.edu", "secret"))
            .listen(Endpoint.parse("127.0.0.1:0"))
            .start()) {
      var clients = new ArrayList<Thread>();
      for (var i = 0; i < CLIENTS; i++) {
        clients.add(Thread.ofVirtual().start(() -> send(server.endpoint(Role.TRANSFER))));
      }
      for (var client : clients) {
        client.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static void send(Endpoint server) {
    var bob = Mailbox.of("bob@hamburger.edu");
    var recipient = List.of(new Recipient(bob, new Target.Remote(bob), RcptParameters.NONE));
    var content = "Subject: Ketchup\r\n\r\n" + "Do you like ketchup?\r\n".repeat(200);
    var mail =
        new Consignment(
            new MailId(1),
            new Envelope(ReversePath.of("alice@crepes.fr"), MailParameters.NONE, recipient),
            recipient,
            Content.of(content.getBytes(StandardCharsets.US_ASCII)));
    var options =
        RelayOptions.of("crepes.fr", Dialer.over(Network.real()), MxResolver.implicit())
            .tls(TlsPolicy.OFF, TlsTrust.insecure());
    try (var session = new Connector(options).open(server)) {
      for (var i = 0; i < MAILS; i++) {
        MailSender.send(session, "rehearsal", mail);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
