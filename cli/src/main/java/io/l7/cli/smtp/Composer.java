package io.l7.cli.smtp;

import io.l7.smtp.address.Mailbox;
import io.l7.smtp.message.InternetDate;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;

/** Makes a MIME message of text and files. */
final class Composer {
  private static final Set<String> ADDRESSES =
      Set.of(
          "from",
          "sender",
          "reply-to",
          "to",
          "cc",
          "bcc",
          "resent-from",
          "resent-sender",
          "resent-to",
          "resent-cc",
          "resent-bcc",
          "disposition-notification-to");

  private Composer() {}

  static byte[] compose(
      String from,
      List<Mailbox> to,
      String subject,
      Map<String, String> fields,
      String body,
      List<Path> attachments)
      throws IOException {
    try {
      var properties = new Properties();
      properties.setProperty("mail.mime.allowutf8", "true");
      var message = new WithId(Session.getInstance(properties), domain(from));
      message.setFrom(
          from.isEmpty() ? new InternetAddress("MAILER-DAEMON@localhost") : address(from));
      for (var recipient : to) {
        message.addRecipient(RecipientType.TO, address(recipient.toString()));
      }
      message.setSubject(subject, "UTF-8");
      message.setHeader("Date", InternetDate.format(Instant.now()));
      for (var field : fields.entrySet()) {
        var value = encoded(field.getKey(), field.getValue());
        message.setHeader(field.getKey(), MimeUtility.fold(field.getKey().length() + 2, value));
      }
      if (attachments.isEmpty()) {
        message.setText(body, "UTF-8");
      } else {
        message.setContent(multipart(body, attachments));
      }
      message.saveChanges();
      var out = new ByteArrayOutputStream();
      message.writeTo(out);
      return out.toByteArray();
    } catch (MessagingException e) {
      throw new IOException("cannot compose: " + e.getMessage(), e);
    }
  }

  /** RFC 2047 §5: of a field of addresses the names are encoded, and never an address. */
  private static String encoded(String field, String value) throws MessagingException, IOException {
    if (value.chars().allMatch(c -> c < 0x80)) {
      return value;
    }
    if (!ADDRESSES.contains(field.toLowerCase(Locale.ROOT))) {
      return MimeUtility.encodeText(value, "UTF-8", null);
    }
    var addresses = InternetAddress.parseHeader(value, false);
    for (var address : addresses) {
      if (address.getPersonal() != null) {
        address.setPersonal(address.getPersonal(), "UTF-8");
      }
    }
    return InternetAddress.toString(addresses);
  }

  private static MimeMultipart multipart(String body, List<Path> attachments)
      throws MessagingException, IOException {
    var parts = new MimeMultipart();
    var text = new MimeBodyPart();
    text.setText(body, "UTF-8");
    parts.addBodyPart(text);
    for (var file : attachments) {
      var part = new MimeBodyPart();
      part.attachFile(file.toFile());
      part.setHeader("Content-Transfer-Encoding", "base64"); // the same octets at the other end
      parts.addBodyPart(part);
    }
    return parts;
  }

  private static InternetAddress address(String text) throws MessagingException {
    var address = new InternetAddress();
    address.setAddress(text);
    return address;
  }

  private static String domain(String from) {
    var at = from.lastIndexOf('@');
    return at < 0 ? "localhost" : from.substring(at + 1);
  }

  /** Jakarta Mail would put the name of this machine's user into the Message-ID. */
  private static final class WithId extends MimeMessage {
    private final String domain;

    WithId(Session session, String domain) {
      super(session);
      this.domain = domain;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", "<" + UUID.randomUUID() + "@" + domain + ">");
    }
  }
}
