package io.l7.smtp.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.testkit.Seeded;
import io.l7.common.time.VirtualTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a client responds, each mechanism has an answer to it, and lets nobody in by it. */
class SaslFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "p=tls-exporter,,n=bob,r=abc",
          "n,a=bob,n=b=2Cob,r=abc",
          "c=biws,r=abcxyz,p=AAAA",
          "\0bob\0wrong",
          "v=AAAA");

  private final Authenticator authenticator =
      new Authenticator(
          new MemoryUsers().with("bob@hamburger.edu", "secret"),
          "hamburger.edu",
          Runnable::run,
          new LoginBrake(new VirtualTime().clock(), LoginBrake.Strength.USER));

  private static final class Bound implements Authenticator.Channel {
    @Override
    public boolean encrypted() {
      return true;
    }

    @Override
    public List<ChannelBinding> bindings() {
      return List.of(new ChannelBinding(ChannelBinding.Type.TLS_EXPORTER, new byte[32]));
    }
  }

  /** The responses of one exchange, parted by line feeds. */
  @FuzzTest(maxDuration = "5s")
  void noResponseIsAnExceptionOrALogin(byte[] octets) {
    for (var mechanism : List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN")) {
      var server = authenticator.begin(mechanism, new Bound()).orElseThrow();
      for (var response : new String(octets, UTF_8).split("\n", 5)) {
        if (!(server.respond(response.getBytes(UTF_8)) instanceof SaslStep.Challenge)) {
          break;
        }
      }
      assertThat(server.respond("n,,n=bob,r=x".getBytes(UTF_8)))
          .isNotInstanceOf(SaslStep.Success.class);
    }
  }

  /** No server makes our client throw anything but its own refusal. */
  @FuzzTest(maxDuration = "5s")
  void noChallengeIsAnExceptionOrAServerThatIsBelieved(byte[] octets) {
    var client =
        new ScramClient("bob", "x".toCharArray(), new byte[3], new ScramClient.Flag.Unable());
    var believed = false;
    try {
      client.answer(octets);
      client.verify(octets);
      believed = true;
    } catch (ScramClient.ServerRefused e) {
      assertThat(e).hasMessageNotContaining("\n");
    }
    assertThat(believed).isFalse();
  }

  @Test
  void changedResponsesLetNobodyIn() {
    var random = Seeded.random("changedResponsesLetNobodyIn");
    for (var round = 0; round < 200; round++) {
      var seed = SEEDS.get(random.nextInt(SEEDS.size())) + "\n" + SEEDS.get(random.nextInt(3));
      var octets = seed.getBytes(UTF_8);
      for (var change = random.nextInt(4); change >= 0; change--) {
        octets[random.nextInt(octets.length)] = (byte) random.nextInt(128);
      }
      noResponseIsAnExceptionOrALogin(octets);
      noChallengeIsAnExceptionOrAServerThatIsBelieved(octets);
    }
  }
}
