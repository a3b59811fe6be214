package io.l7.smtp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.smtp.session.Role;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java client that most programs have. */
class AngusMailTest {
  @RegisterExtension
  MailServerExtension mail = MailServerExtension.of("hamburger.edu", "bob", "alice");

  private Session session(String mechanism) {
    var submission = mail.server().server().endpoint(Role.SUBMISSION);
    var properties = new Properties();
    properties.setProperty("mail.smtp.host", submission.host());
    properties.setProperty("mail.smtp.port", Integer.toString(submission.port()));
    properties.setProperty("mail.smtp.starttls.required", "true");
    properties.setProperty("mail.smtp.ssl.trust", "*");
    properties.setProperty("mail.smtp.ssl.checkserveridentity", "false");
    properties.setProperty("mail.smtp.auth", "true");
    properties.setProperty("mail.smtp.auth.mechanisms", mechanism);
    properties.setProperty("mail.smtp.allow8bitmime", "true");
    properties.setProperty("mail.mime.allowutf8", "true");
    properties.setProperty("mail.smtp.timeout", "10000");
    return Session.getInstance(properties);
  }

  private static MimeMessage message(Session session, String to, String subject)
      throws MessagingException {
    var message = new MimeMessage(session);
    message.setFrom(new InternetAddress("alice@hamburger.edu"));
    message.setRecipient(RecipientType.TO, new InternetAddress(to));
    message.setSubject(subject, "UTF-8");
    message.setText(".\n..two dots\nDo you like ketchup? Ça va.\n", "UTF-8");
    return message;
  }

  private void send(Session session, MimeMessage message, String password)
      throws MessagingException {
    try (var transport = session.getTransport("smtp")) {
      transport.connect("alice", password);
      transport.sendMessage(message, message.getAllRecipients());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN"})
  void itSubmitsUnderTls(String mechanism) throws MessagingException {
    var session = session(mechanism);
    send(session, message(session, "bob@hamburger.edu", "By " + mechanism), MailServer.PASSWORD);
    var got = mail.server().await("bob", 1).getFirst();
    assertThat(got.subject()).isEqualTo("By " + mechanism);
    assertThat(got.body()).contains(".\n..two dots\nDo you like ketchup?");
    assertThat(got.text()).contains(" with ", "SMTPSA", "TLSv1.3");
  }

  @Test
  void itIsToldOfAWrongPasswordAndOfAnUnknownRecipient() throws MessagingException {
    var session = session("PLAIN");
    var message = message(session, "nobody@hamburger.edu", "No");
    assertThatThrownBy(() -> send(session, message, "wrong"))
        .isInstanceOf(MessagingException.class)
        .hasMessageContaining("5.7.8");
    assertThatThrownBy(() -> send(session, message, MailServer.PASSWORD))
        .isInstanceOf(SendFailedException.class);
  }

  @Test
  void itSendsInternationalizedMail() throws MessagingException {
    var session = session("PLAIN");
    var message = message(session, "bob@hamburger.edu", "Привет");
    message.setFrom(new InternetAddress("élise@hamburger.edu"));
    send(session, message, MailServer.PASSWORD);
    assertThat(mail.server().await("bob", 1).getFirst().sender()).isEqualTo("élise@hamburger.edu");
  }
}
