package io.l7.smtp.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures, checked by what RFC 6376 says has to be signed. */
class DkimSignerTest {
  private static final String MAIL =
      "From:  <tls@crepes.fr>\r\nTo: <b@x.example>\r\nSubject: Report \t Domain: x\r\n"
          + "\tSubmitter: y \r\nX-Other: 1\r\n\r\nHello \r\n\r\n\r\n";

  @TempDir private Path folder;

  private static KeyPair pair(String algorithm, int bits) throws Exception {
    var generator = KeyPairGenerator.getInstance(algorithm);
    if (bits > 0) {
      generator.initialize(bits);
    }
    return generator.generateKeyPair();
  }

  private static byte[] sha256(String text) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String signed(KeyPair keys) {
    var octets =
        new DkimSigner("crepes.fr", "s1", keys.getPrivate())
            .sign(
                MAIL.getBytes(StandardCharsets.ISO_8859_1),
                List.of("From", "To", "Subject"),
                Instant.ofEpochSecond(7));
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "Ed25519"})
  @Spec({"RFC 6376 §3.7", "RFC 6376 §3.4.2", "RFC 6376 §3.4.3", "RFC 8463 §3"})
  void whatIsSignedIsWhatTheStandardSays(String algorithm) throws Exception {
    var keys = pair(algorithm, 0);
    var mail = signed(keys);
    assertThat(mail).endsWith(MAIL);
    var field = mail.substring(0, mail.length() - MAIL.length());
    assertThat(field.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(79));
    var one = field.replaceAll("\r\n[ \t]+", " ").strip();
    var name = algorithm.equals("RSA") ? "rsa-sha256" : "ed25519-sha256";
    var bodyHash = Base64.getEncoder().encodeToString(sha256("Hello \r\n"));
    var without =
        "v=1; a="
            + name
            + "; c=relaxed/simple; d=crepes.fr; s=s1; t=7; h=From: To: Subject: From; bh="
            + bodyHash
            + "; b=";
    assertThat(one).startsWith("DKIM-Signature: " + without);
    var input =
        "from:<tls@crepes.fr>\r\nto:<b@x.example>\r\nsubject:Report Domain: x Submitter: y\r\n"
            + "dkim-signature:"
            + without;
    var check = Signature.getInstance(algorithm.equals("RSA") ? "SHA256withRSA" : "Ed25519");
    check.initVerify(keys.getPublic());
    check.update(
        algorithm.equals("RSA") ? input.getBytes(StandardCharsets.ISO_8859_1) : sha256(input));
    var signature = one.substring(one.lastIndexOf("b=") + 2).replace(" ", "");
    assertThat(check.verify(Base64.getDecoder().decode(signature))).isTrue();
  }

  @Test
  @Spec("RFC 8301 §3.2")
  void keysOfOtherKindsAreRefused() throws Exception {
    for (var keys : List.of(pair("RSA", 512), pair("EC", 256))) {
      assertThatThrownBy(() -> new DkimSigner("a.example", "s", keys.getPrivate()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aKeyIsReadFromPem() throws Exception {
    for (var algorithm : List.of("RSA", "Ed25519")) {
      var octets = pair(algorithm, 0).getPrivate().getEncoded();
      var pem =
          "-----BEGIN PRIVATE KEY-----\n"
              + Base64.getMimeEncoder().encodeToString(octets)
              + "\n-----END PRIVATE KEY-----\n";
      var file = Files.writeString(folder.resolve(algorithm), pem);
      assertThat(DkimSigner.fromPem("a.example", "s", file)).isNotNull();
    }
    for (var bad :
        List.of(
            "",
            "-----BEGIN RSA PRIVATE KEY-----\nAA==\n-----END RSA PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")) {
      var file = Files.writeString(folder.resolve("bad"), bad);
      assertThatThrownBy(() -> DkimSigner.fromPem("a.example", "s", file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("bad: no ");
    }
  }
}
