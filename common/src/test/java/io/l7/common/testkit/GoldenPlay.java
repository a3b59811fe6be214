package io.l7.common.testkit;

import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireException;
import io.l7.common.net.Connection;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Event.Cover;
import io.l7.common.transcript.Event.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One performance of a {@link GoldenDialogue}: we say our lines and hear the other's. */
final class GoldenPlay {
  private static final int MAX_LINE = 64 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String name;
  private final List<GoldenScript.Step> steps;
  private final Side we;
  private final Map<String, String> known;
  private final Optional<TlsIdentity> identity;
  private final TlsTrust trust;

  GoldenPlay(
      String name,
      List<GoldenScript.Step> steps,
      Side we,
      Map<String, String> given,
      Optional<TlsIdentity> identity,
      TlsTrust trust) {
    this.name = name;
    this.steps = steps;
    this.we = we;
    this.known = new HashMap<>(given);
    this.identity = identity;
    this.trust = trust;
  }

  /** Plays to the end and returns what stood for each placeholder. */
  Map<String, String> run(Connection connection) throws IOException {
    boolean anything = false;
    for (var step : steps) {
      switch (step) {
        case GoldenScript.Step.Says says -> {
          if (says.cover() == Cover.TLS && connection.tls().isEmpty()) secure(connection);
          if (says.by() == we) {
            connection.out().write(says.octets(known));
          } else {
            connection.out().flush();
            hear(connection, says, anything);
          }
          anything = false;
        }
        case GoldenScript.Step.Anything any -> anything = any.by() != we;
        case GoldenScript.Step.Closes closes -> {
          if (closes.by() == we) connection.finish();
          else awaitClose(connection, closes);
          return Map.copyOf(known);
        }
      }
    }
    connection.out().flush();
    return Map.copyOf(known);
  }

  private void secure(Connection connection) throws IOException {
    if (we == Side.CLIENT) {
      connection.startTls(trust, known.getOrDefault("tls-host", "localhost"));
    } else {
      connection.startTls(
          identity.orElseThrow(
              () -> new IllegalStateException(name + ": TLS begins, but there is no identity")));
    }
  }

  private void hear(Connection connection, GoldenScript.Step.Says says, boolean anything)
      throws IOException {
    connection.deadline(PATIENCE, "the other side");
    String heard;
    do {
      heard = heard(connection, says);
      if (says.matches(heard, known)) {
        connection.clearDeadline();
        return;
      }
    } while (anything);
    throw deviation(says, "but it was \"" + printable(heard) + "\"", Optional.empty());
  }

  private String heard(Connection connection, GoldenScript.Step.Says says) {
    try {
      if (says.ending() == GoldenScript.Ending.NOTHING) {
        var octets = new byte[says.octets(new HashMap<>(known)).length];
        connection.in().readFully(octets);
        return new String(octets, StandardCharsets.UTF_8);
      }
      var line = connection.in().line(MAX_LINE, LineEnds.STRICT);
      if (line.isEmpty()) throw deviation(says, "but the stream ended", Optional.empty());
      return new String(
          line.get().latin1().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    } catch (WireException e) {
      throw deviation(says, "but reading it failed: " + e.getMessage(), Optional.of(e));
    } catch (IOException e) {
      throw deviation(says, "but the connection broke: " + e, Optional.of(e));
    }
  }

  private void awaitClose(Connection connection, GoldenScript.Step.Closes closes)
      throws IOException {
    connection.out().flush();
    connection.deadline(PATIENCE, "the other side");
    int octet;
    try {
      octet = connection.in().peek();
    } catch (WireException e) {
      throw deviation(closes, "but it stayed open: " + e.getMessage(), Optional.of(e));
    } catch (IOException e) {
      return; // a reset is an end too
    }
    if (octet < 0) return;
    var more = connection.in().line(MAX_LINE, LineEnds.LENIENT);
    throw deviation(
        closes,
        "but it said \"" + more.map(line -> printable(line.latin1())).orElse("") + "\"",
        Optional.empty());
  }

  private AssertionError deviation(
      GoldenScript.Step step, String what, Optional<? extends Exception> cause) {
    return new AssertionError(
        name + ":" + step.number() + ": expected \"" + step + "\" " + what, cause.orElse(null));
  }

  private static String printable(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }
}
