package io.l7.smtp.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.smtp.auth.ScramClient.Flag;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SASL exchanges step by step, without a connection. */
class SaslServersTest {
  private final Authenticator authenticator =
      new Authenticator(
          new MemoryUsers().with("bob@hamburger.edu", "secret"),
          "hamburger.edu",
          Runnable::run,
          new LoginBrake(InstantSource.system(), LoginBrake.Strength.USER));

  private SaslServer server(String mechanism) {
    return authenticator
        .begin(
            mechanism,
            new Authenticator.Channel() {
              @Override
              public boolean encrypted() {
                return true;
              }

              @Override
              public List<ChannelBinding> bindings() {
                return List.of();
              }
            })
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "n=bob,, true",
    "n=bob,a=bob, true",
    "n=bob,a=bob@hamburger.edu, true",
    "n=Bob@HAMBURGER.edu,a=bob, true",
    "n=bob,a=carol, false",
  })
  @Spec("RFC 5802 §5.1")
  void whoActsForHimselfMaySayIt(String name, String actingFor, boolean may) {
    var server = server("SCRAM-SHA-256");
    var bare = name + ",r=abc";
    var header = "n," + (actingFor == null ? "" : actingFor) + ",";
    var first = server.respond((header + bare).getBytes(UTF_8));
    var challenge = new String(((SaslStep.Challenge) first).octets(), UTF_8);
    var attributes = ScramMessage.attributes(challenge).orElseThrow();
    var salt = java.util.Base64.getDecoder().decode(attributes.get('s'));
    var rounds = Integer.parseInt(attributes.get('i'));
    var salted = ScramKeys.saltedPassword("secret".toCharArray(), salt, rounds);
    var binding = java.util.Base64.getEncoder().encodeToString(header.getBytes(UTF_8));
    var last = "c=" + binding + ",r=" + attributes.get('r');
    var key = ScramKeys.clientKey(salted);
    var signed = ScramKeys.hmac(ScramKeys.hash(key), bare + "," + challenge + "," + last);
    var proof = java.util.Base64.getEncoder().encodeToString(ScramKeys.xor(key, signed));
    var step = server.respond((last + ",p=" + proof).getBytes(UTF_8));
    assertThat(step).isInstanceOf(may ? SaslStep.Challenge.class : SaslStep.Denied.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"n,bob,n=bob,r=abc", "n,b=bob,n=bob,r=abc", "n,a=b=20b,n=bob,r=abc"})
  @Spec("RFC 5802 §7")
  void whatIsNoNameToActForIsMalformed(String first) {
    assertThat(server("SCRAM-SHA-256").respond(first.getBytes(UTF_8)))
        .isInstanceOf(SaslStep.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LOGIN", "SCRAM-SHA-256", "PLAIN"})
  void whoIsAskedAndSaysNothingIsNotAskedForEver(String mechanism) {
    var server = server(mechanism);
    assertThat(server.respond(new byte[0])).isInstanceOf(SaslStep.Challenge.class);
    assertThat(server.respond(new byte[0])).isInstanceOf(SaslStep.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"r=%sx,s=,i=4096", "r=%sx,s=c2FsdA==,i=4096,m=x", "m=x,r=%sx,s=YWI=,i=4096"})
  @Spec("RFC 5802 §5.1")
  void aServerOfAnotherKindIsRefusedAsOne(String first) {
    var client = new ScramClient("bob", "secret".toCharArray(), new byte[18], new Flag.Unable());
    var nonce = new String(client.first(), UTF_8).replaceFirst(".*,r=", "");
    assertThatThrownBy(() -> client.answer(first.formatted(nonce).getBytes(UTF_8)))
        .isInstanceOf(ScramClient.ServerRefused.class)
        .hasMessage("malformed server-first-message");
  }
}
