package io.l7.smtp.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.smtp.auth.LoginBrake.Strength;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nobody learns from the time of a refusal whether a user exists. {@code -Dl7.auth.tries=2000} for
 * the full run, whose medians are within 3 %; the short form allows more, as the machine is busy.
 */
class LoginTimingTest {
  private static final int TRIES = Integer.getInteger("l7.auth.tries", 100);
  private static final double TOLERANCE = TRIES >= 2_000 ? 0.03 : 0.1;

  /** Failed logins by SCRAM in one sample: each takes microseconds, too few to be compared. */
  private static final int SCRAM_AT_ONCE = 10;

  private static final int ROUNDS = 3;
  private static final String KNOWN = "bob@hamburger.edu";
  private static final String UNKNOWN = "nobody@hamburger.edu";

  private final Authenticator authenticator =
      new Authenticator(
          new MemoryUsers().with(KNOWN, "secret"),
          "hamburger.edu",
          Runnable::run,
          new LoginBrake(
              new VirtualTime().clock(),
              new Strength(
                  1 << 20, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1))));

  private static final class Clear implements Authenticator.Channel {
    @Override
    public boolean encrypted() {
      return true;
    }

    @Override
    public List<ChannelBinding> bindings() {
      return List.of();
    }
  }

  /** One failed login; the processor time that the server's side of it took, in nanoseconds. */
  private long refused(String mechanism, String user) throws Exception {
    var server = authenticator.begin(mechanism, new Clear()).orElseThrow();
    return switch (mechanism) {
      case "PLAIN" ->
          timed(server, ("\0" + user + "\0wrong").getBytes(UTF_8), SaslStep.Denied.class);
      case "LOGIN" -> {
        var name = timed(server, user.getBytes(UTF_8), SaslStep.Challenge.class);
        yield name + timed(server, "wrong".getBytes(UTF_8), SaslStep.Denied.class);
      }
      default -> {
        var opening = ("n,,n=" + user + ",r=fyko+d2lbbFgONRv9qkxdawL").getBytes(UTF_8);
        var threads = ManagementFactory.getThreadMXBean();
        var start = threads.getCurrentThreadCpuTime();
        var first = (SaslStep.Challenge) server.respond(opening);
        var half = threads.getCurrentThreadCpuTime() - start;
        var text = new String(first.octets(), UTF_8);
        var nonce = text.substring(0, text.indexOf(','));
        // a wrong proof, without the client's work for one
        var proof = "c=biws," + nonce + ",p=" + Base64.getEncoder().encodeToString(new byte[32]);
        yield half + timed(server, proof.getBytes(UTF_8), SaslStep.Denied.class);
      }
    };
  }

  /** Processor time, not time of day: others may be busy. */
  private static long timed(SaslServer server, byte[] response, Class<? extends SaslStep> step) {
    var threads = ManagementFactory.getThreadMXBean();
    var start = threads.getCurrentThreadCpuTime();
    var answer = server.respond(response);
    var took = threads.getCurrentThreadCpuTime() - start;
    assertThat(answer).isInstanceOf(step);
    return took;
  }

  /** So many failed logins, that one sample may be compared with another. */
  private long sample(String mechanism, String user) throws Exception {
    var took = 0L;
    for (var i = 0; i < (mechanism.startsWith("SCRAM") ? SCRAM_AT_ONCE : 1); i++) {
      took += refused(mechanism, user);
    }
    return took;
  }

  /**
   * The median of what a wrong password takes over what an unknown user takes directly before or
   * after it: what else goes on in the machine changes both alike.
   */
  private double ratio(String mechanism) throws Exception {
    var ratios = new double[TRIES];
    for (var i = -50; i < TRIES; i++) { // the first ones are for the compiler
      var knownFirst = i % 2 == 0;
      var first = sample(mechanism, knownFirst ? KNOWN : UNKNOWN);
      var second = sample(mechanism, knownFirst ? UNKNOWN : KNOWN);
      if (i >= 0) {
        ratios[i] = knownFirst ? (double) first / second : (double) second / first;
      }
    }
    Arrays.sort(ratios);
    return ratios[TRIES / 2];
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN", "SCRAM-SHA-256"})
  @Spec("RFC 4954 §9")
  void anUnknownUserCostsWhatAWrongPasswordCosts(String mechanism) throws Exception {
    var ratio = ratio(mechanism);
    for (var round = 1; round < ROUNDS && Math.abs(ratio - 1) > TOLERANCE; round++) {
      ratio = ratio(mechanism); // a difference that is there shows each time
    }
    assertThat(ratio)
        .as("median of a wrong password over that of an unknown user, %s", mechanism)
        .isBetween(1 - TOLERANCE, 1 + TOLERANCE);
    if (TRIES >= 2_000) {
      System.err.printf("%s, %d tries each: %.4f%n", mechanism, TRIES, ratio);
    }
  }
}
