package io.l7.smtp.testing;

import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsIdentity;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.SmtpServerBuilder;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.mailbox.StoredMail;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A mail server for a test: its own store in a temporary folder, STARTTLS with a certificate of its
 * own, any free ports.
 *
 * <pre>{@code
 * try (var server = MailServer.start("hamburger.edu", "bob")) {
 *   myProgram.sendsMailTo(server.smtp());
 *   assertThat(server.await("bob", 1).getFirst().subject()).isEqualTo("Hello");
 * }
 * }</pre>
 */
public final class MailServer implements AutoCloseable {
  /** How long {@link #await(String, int)} waits. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The password of users that were given by name alone. */
  public static final String PASSWORD = "secret";

  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");

  private final SmtpServer server;
  private final Path folder;
  private final String domain;
  private final Faults faults;
  private final TlsIdentity identity;

  /** A mail as it lies in a mailbox, LF line ends. */
  public record ReceivedMail(StoredMail stored, byte[] octets) {
    /** The whole mail, octets above 127 as UTF-8. */
    public String text() {
      return new String(octets, StandardCharsets.UTF_8);
    }

    /** What stands behind the empty line. */
    public String body() {
      var text = text();
      var end = text.indexOf("\n\n");
      return end < 0 ? "" : text.substring(end + 2);
    }

    /** A field of the header as it was sent, unfolded, or the empty text. */
    public String field(String name) {
      return stored.field(name);
    }

    /** The Subject field as it was sent. */
    public String subject() {
      return field("Subject");
    }

    /** Who sent it, of the envelope. */
    public String sender() {
      return field("Return-Path").replaceAll("^<|>$", "");
    }
  }

  private MailServer(
      SmtpServer server, Path folder, String domain, Faults faults, TlsIdentity identity) {
    this.server = server;
    this.folder = folder;
    this.domain = domain;
    this.faults = faults;
    this.identity = identity;
  }

  /** Starts a server for a domain with these users, whose password is {@link #PASSWORD}. */
  public static MailServer start(String domain, String... users) {
    return start(domain, List.of(users), builder -> {});
  }

  /** Starts a server that {@code change} may still change: limits, queue, relay, time. */
  public static MailServer start(
      String domain, List<String> users, Consumer<SmtpServerBuilder> change) {
    try {
      var folder = Files.createTempDirectory("l7-mail");
      var people = new MemoryUsers();
      users.forEach(u -> people.with(u.contains("@") ? u : u + "@" + domain, PASSWORD));
      var faults = new Faults();
      var identity = TlsIdentity.selfSigned(domain, "localhost", "127.0.0.1");
      var builder =
          SmtpServer.on(folder)
              .domains(domain)
              .users(people)
              .tls(identity)
              .faults(faults)
              .listen(ANY)
              .submission(ANY)
              .smtps(ANY)
              .lmtp(ANY);
      change.accept(builder);
      return new MailServer(builder.start(), folder, domain, faults, identity);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it takes mail, with STARTTLS. */
  public Endpoint smtp() {
    return server.endpoint(Role.TRANSFER);
  }

  /** Where its users submit, with STARTTLS and AUTH. */
  public Endpoint submission() {
    return server.endpoint(Role.SUBMISSION);
  }

  /** Where it speaks LMTP. */
  public Endpoint lmtp() {
    return server.endpoint(Role.LMTP);
  }

  /** The faults it commits. */
  public Faults faults() {
    return faults;
  }

  /** The certificate, to be trusted by a client. */
  public TlsIdentity identity() {
    return identity;
  }

  /** The server itself. */
  public SmtpServer server() {
    return server;
  }

  /** Waits until a user has at least so many mails and returns all, oldest first. */
  public List<ReceivedMail> await(String user, int count) {
    return await(user, count, PATIENCE);
  }

  /**
   * Waits for mails.
   *
   * @throws AssertionError when they do not come in time
   */
  public List<ReceivedMail> await(String user, int count, Duration patience) {
    try {
      var mailbox = server.mailbox(address(user));
      var mails = mailbox.await(count, patience);
      if (mails.size() < count) {
        throw new AssertionError(
            user + " has " + mails.size() + " of " + count + " mails after " + patience);
      }
      var out = new ArrayList<ReceivedMail>();
      for (var mail : mails) {
        out.add(new ReceivedMail(mail, mailbox.read(mail)));
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a user has now. */
  public List<ReceivedMail> mails(String user) {
    return await(user, 0, Duration.ZERO);
  }

  private String address(String user) {
    return user.contains("@") ? user : user + "@" + domain;
  }

  /** Stops the server and removes its store. */
  @Override
  public void close() {
    server.close();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
