package io.l7.it.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.smtp.testing.MailServer;
import io.l7.smtp.testing.MailServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clients that people use, each submitting a mail to us over TLS. */
@Tag("interop")
class MailClientsInteropTest {
  private static final String BOB = "bob@hamburger.edu";
  private static final String ALICE = "alice@hamburger.edu";
  private static final String TEXT = "Do you like ketchup?\n.\n..\nÇa va.\n";

  @RegisterExtension
  MailServerExtension mail = MailServerExtension.of("hamburger.edu", "bob", "alice");

  @TempDir Path folder;

  private int port() {
    return mail.server().submission().port();
  }

  private Path message() throws IOException {
    return Files.writeString(
        folder.resolve("mail.eml"),
        ("From: " + BOB + "\nTo: " + ALICE + "\nSubject: Hi\n\n" + TEXT).replace("\n", "\r\n"));
  }

  private void run(String input, Object... command) throws Exception {
    var ran = Program.run(Map.of("HOME", folder.toString()), input, command);
    assertThat(ran.status()).as(ran.output()).isZero();
  }

  private MailServer.ReceivedMail arrived() {
    var got = mail.server().await("alice", 1).getFirst();
    assertThat(got.text()).contains("SMTPSA", "TLSv1.");
    assertThat(got.subject()).isEqualTo("Hi");
    return got;
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN"})
  void swaks(String mechanism) throws Exception {
    run(
        "",
        Program.swaksWithTls(),
        "--server",
        "127.0.0.1:" + port(),
        "--tls",
        "--auth",
        mechanism,
        "--auth-user",
        BOB,
        "--auth-password",
        MailServer.PASSWORD,
        "--from",
        BOB,
        "--to",
        ALICE,
        "--pipeline",
        "--data",
        "@" + message());
    assertThat(arrived().body()).isEqualTo(TEXT + "\n"); // swaks ends a file with an empty line
  }

  @Test
  void swaksByLmtp() throws Exception {
    run(
        "",
        Program.swaksWithTls(),
        "--server",
        "127.0.0.1:" + mail.server().lmtp().port(),
        "--protocol",
        "LMTP",
        "--from",
        BOB,
        "--to",
        ALICE);
    assertThat(mail.server().await("alice", 1).getFirst().text()).contains(" with LMTP");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scram-sha-256", "plain", "login"})
  void msmtp(String mechanism) throws Exception {
    var config =
        Files.writeString(
            folder.resolve("msmtprc"),
            """
            account default
            host 127.0.0.1
            port %d
            from %s
            user %s
            password %s
            auth %s
            tls on
            tls_starttls on
            tls_certcheck off
            """
                .formatted(port(), BOB, BOB, MailServer.PASSWORD, mechanism));
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    run(Files.readString(message()), Program.need("msmtp"), "-C", config, ALICE);
    assertThat(arrived().body()).isEqualTo(TEXT);
  }

  @Test
  void gsaslBindsItsLoginToTheChannel() throws Exception {
    var trusted = Files.writeString(folder.resolve("trusted.pem"), certificate());
    run(
        "",
        Program.need("gsasl"),
        "--smtp",
        "--connect=localhost:" + port(),
        "--mechanism=SCRAM-SHA-256-PLUS",
        "--authentication-id=" + BOB,
        "--password=" + MailServer.PASSWORD,
        "--x509-ca-file=" + trusted);
  }

  @Test
  void curl() throws Exception {
    run(
        "",
        Program.need("curl"),
        "-sS",
        "--ssl-reqd",
        "--insecure",
        "--url",
        "smtp://127.0.0.1:" + port() + "/crepes.fr",
        "--user",
        BOB + ":" + MailServer.PASSWORD,
        "--mail-from",
        BOB,
        "--mail-rcpt",
        ALICE,
        "--upload-file",
        message());
    assertThat(arrived().body()).isEqualTo(TEXT);
  }

  @Test
  void nail() throws Exception {
    run(
        TEXT,
        Program.need("s-nail"),
        "-:/",
        "-Sv15-compat",
        "-Smta=smtp://bob%40hamburger.edu:secret@127.0.0.1:" + port(),
        "-Ssmtp-use-starttls",
        "-Stls-verify=ignore",
        "-Ssmtp-auth=plain",
        "-Ssendwait",
        "-Sttycharset=utf-8",
        "-Sfrom=" + BOB,
        "-s",
        "Hi",
        ALICE);
    assertThat(arrived().body()).contains("ketchup");
  }

  @Test
  void mutt() throws Exception {
    var trusted = folder.resolve("trusted.pem");
    Files.writeString(trusted, certificate());
    var config =
        Files.writeString(
            folder.resolve("muttrc"),
            """
            set from = "%s"
            set use_from = yes
            set smtp_url = "smtp://bob@127.0.0.1:%d/"
            set smtp_pass = "%s"
            set smtp_authenticators = "plain"
            set ssl_starttls = yes
            set ssl_force_tls = yes
            set ssl_verify_host = no
            set certificate_file = "%s"
            set copy = no
            """
                .formatted(BOB, port(), MailServer.PASSWORD, trusted));
    run(TEXT, Program.need("mutt"), "-n", "-F", config, "-s", "Hi", ALICE);
    assertThat(arrived().body()).contains("ketchup");
  }

  private String certificate() throws Exception {
    var ran =
        Program.run(
            Map.of(),
            "QUIT\n",
            Program.need("openssl"),
            "s_client",
            "-starttls",
            "smtp",
            "-connect",
            "127.0.0.1:" + port());
    var text = ran.output();
    var end = "-----END CERTIFICATE-----\n";
    return text.substring(
        text.indexOf("-----BEGIN CERTIFICATE-----"), text.indexOf(end) + end.length());
  }

  @Test
  void smtplib() throws Exception {
    run(
        """
        import smtplib, ssl, email.message, email.policy
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with smtplib.SMTP("127.0.0.1", %d) as smtp:
            smtp.starttls(context=context)
            smtp.login("%s", "%s")
            message = email.message.EmailMessage(policy=email.policy.SMTPUTF8)
            message["From"], message["To"], message["Subject"] = "%s", "%s", "Hi"
            message.set_content("Do you like ketchup?")
            assert smtp.send_message(message) == {}
            assert smtp.sendmail("\\u00e9lise@hamburger.edu", "%s", b"Subject: Two\\r\\n\\r\\n", ["SMTPUTF8"]) == {}
        """
            .formatted(port(), BOB, MailServer.PASSWORD, BOB, ALICE, ALICE),
        Program.need("python3"));
    assertThat(mail.server().await("alice", 2))
        .last()
        .extracting(MailServer.ReceivedMail::sender)
        .isEqualTo("élise@hamburger.edu");
    assertThat(arrived().body()).contains("ketchup");
  }

  @Test
  void nodemailer() throws Exception {
    var node = Program.need("node");
    var modules = Program.run(Map.of(), "", Program.need("npm"), "root", "-g").output().strip();
    var folderOfModules = modules.substring(modules.lastIndexOf('\n') + 1);
    Program.missing(
        !Files.isDirectory(Path.of(folderOfModules, "nodemailer")),
        "nodemailer is not installed (npm install -g nodemailer)");
    var ran =
        Program.run(
            Map.of("NODE_PATH", folderOfModules),
            """
            require('nodemailer').createTransport({
              host: '127.0.0.1', port: %d, requireTLS: true, tls: {rejectUnauthorized: false},
              auth: {user: '%s', pass: '%s'},
            }).sendMail({from: '%s', to: '%s', subject: 'Hi', text: 'Do you like ketchup?'})
              .then(info => process.exit(info.accepted.length === 1 ? 0 : 1))
            """
                .formatted(port(), BOB, MailServer.PASSWORD, BOB, ALICE),
            node,
            "-");
    assertThat(ran.status()).as(ran.output()).isZero();
    assertThat(arrived().body()).contains("ketchup");
  }
}
