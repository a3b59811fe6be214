package io.l7.lab.story;

import static io.l7.lab.story.Checks.await;
import static io.l7.lab.story.Checks.demand;

import io.l7.common.transcript.Event;
import io.l7.common.units.Units;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.lab.core.World;
import io.l7.lab.mail.LabMail;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.random.RandomGenerator;

/**
 * Alice of crepes.fr mails Bob of hamburger.edu a picture: MX from the root, STARTTLS, queue,
 * Maildir. Then Bob's server is down: the mail waits, is tried again, and arrives.
 */
public final class MailStep implements Step {
  private static final int PICTURE_OCTETS = 150_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final LabMail mail;
  private final World world;
  private final RandomGenerator random;

  /** A step on a world with both domains. */
  public MailStep(LabMail mail, World world, RandomGenerator random) {
    this.mail = mail;
    this.world = world;
    this.random = random;
  }

  @Override
  public String name() {
    return "mail";
  }

  @Override
  public Figures perform() throws Exception {
    var crepes = mail.find("crepes.fr").orElseThrow();
    var hamburger = mail.find("hamburger.edu").orElseThrow();
    var bob = mail.mailbox("bob@hamburger.edu");
    var picture = new byte[PICTURE_OCTETS];
    random.nextBytes(picture);

    long start = System.nanoTime();
    byte[] letter = compose("Do you like ketchup?", picture);
    crepes.submit("alice", "bob@hamburger.edu", letter);
    var first = bob.expectOne();
    var took = Duration.ofNanos(System.nanoTime() - start);

    byte[] stored = bob.read(first);
    demand(
        endsWith(stored, unixLines(letter)),
        "the mail in the Maildir is not the one that was sent, octet by octet");
    demand(Arrays.equals(attachment(stored), picture), "the attachment changed on its way");
    long asked = world.questions().count(Name.parse("hamburger.edu."), RRType.MX);
    demand(asked > 0, "nobody asked for the MX of hamburger.edu");
    demand(wasSecured(), "the mail crossed without TLS");

    hamburger.stop();
    world.events().cause("smtp", "the server of hamburger.edu is down");
    crepes.submit("alice", "bob@hamburger.edu", compose("How about pickles?", picture));
    var queue = crepes.server().queue();
    await("a first try in vain", PATIENCE, () -> queue.list().size() == 1);
    var down = System.nanoTime();
    await("waiting for the next try", PATIENCE, () -> System.nanoTime() - down > 1_500_000_000L);
    demand(queue.list().size() == 1, "the mail did not wait in the queue");
    hamburger.start();
    bob.await(2);
    var waited = Duration.ofNanos(System.nanoTime() - down);
    await("an empty queue", PATIENCE, () -> queue.list().isEmpty());

    return new Figures()
        .put("delivered in", Units.duration(took))
        .put("mail", Units.size(letter.length))
        .put("MX questions", Long.toString(asked))
        .put("STARTTLS", "yes")
        .put("byte-exact", "yes")
        .put("retried after an outage of", Units.duration(waited));
  }

  private boolean wasSecured() {
    return world.dialogues().events().stream()
        .anyMatch(event -> event instanceof Event.Secured && event.connection().startsWith("smtp"));
  }

  private static byte[] compose(String subject, byte[] picture) throws Exception {
    var message = new MimeMessage(Session.getInstance(new Properties()));
    message.setFrom(new InternetAddress("alice@crepes.fr"));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress("bob@hamburger.edu"));
    message.setSubject(subject);
    var text = new MimeBodyPart();
    text.setText(
        "See the picture.\n.\nA line with one dot stood above.\n", StandardCharsets.UTF_8.name());
    var attached = new MimeBodyPart();
    attached.setDataHandler(
        new jakarta.activation.DataHandler(
            new jakarta.mail.util.ByteArrayDataSource(picture, "image/jpeg")));
    attached.setFileName("crepes.jpg");
    message.setContent(new MimeMultipart(text, attached));
    message.saveChanges();
    var out = new ByteArrayOutputStream();
    message.writeTo(out);
    return out.toByteArray();
  }

  private static byte[] attachment(byte[] mail) throws Exception {
    var message =
        new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail));
    var parts = (MimeMultipart) message.getContent();
    try (var content = parts.getBodyPart(1).getInputStream()) {
      return content.readAllBytes();
    }
  }

  private static byte[] unixLines(byte[] mail) {
    return new String(mail, StandardCharsets.ISO_8859_1)
        .replace("\r\n", "\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean endsWith(byte[] all, byte[] end) {
    return all.length >= end.length
        && Arrays.equals(all, all.length - end.length, all.length, end, 0, end.length);
  }
}
