package io.l7.cli.smtp;

import io.l7.common.net.Endpoint;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.client.ClientTimeouts;
import io.l7.smtp.client.Dialect;
import io.l7.smtp.client.Probe;
import io.l7.smtp.client.ProbePlan;
import io.l7.smtp.client.ProbePlan.Ending;
import io.l7.smtp.client.ProbePlan.Greeting;
import io.l7.smtp.client.ProbePlan.Login;
import io.l7.smtp.client.ProbePlan.Pace;
import io.l7.smtp.client.ProbePlan.Point;
import io.l7.smtp.client.ProbeResult;
import io.l7.smtp.client.ProbeResult.End;
import io.l7.smtp.client.RelayOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code send} step by step: plans the transaction that the options ask for, and runs it. */
final class SwaksSend {
  /** MAIL needs no recipient, an envelope does. */
  private static final List<Mailbox> NOBODY = List.of(Mailbox.of("nobody@localhost"));

  private final SwaksOptions options;
  private final Endpoint server;
  private final RelayOptions relay;

  SwaksSend(SwaksOptions options, Endpoint server, RelayOptions relay) {
    this.options = options;
    this.server = server;
    this.relay = relay;
  }

  /** Whether these options need a sender at all. */
  static boolean sends(SwaksOptions options) {
    return options.stop().filter(s -> s.point().compareTo(Point.AUTH) <= 0).isEmpty();
  }

  /** Whether they need recipients. */
  static boolean addresses(SwaksOptions options) {
    return options.stop().filter(s -> s.point().compareTo(Point.MAIL) <= 0).isEmpty();
  }

  /**
   * Reads what is said of the content in the order it was said: {@code --attach-type} is about what
   * follows it.
   */
  static SwaksMessage message(List<String> arguments) throws IOException {
    var message = new SwaksMessage(System.in);
    for (var i = 0; i < arguments.size(); i++) {
      var argument = arguments.get(i);
      var equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
      var name = equals < 0 ? argument : argument.substring(0, equals);
      if (!name.startsWith("-")) {
        continue;
      }
      var value =
          equals >= 0
              ? argument.substring(equals + 1)
              : i + 1 < arguments.size() ? arguments.get(i + 1) : "";
      switch (name) {
        case "--data", "-d" -> message.data(value);
        case "--body" -> message.body(value);
        case "--subject" -> message.field("Subject: " + value);
        case "--header" -> message.field(value);
        case "--add-header", "-ah" -> message.add(value);
        case "--attach" -> message.attach(value);
        case "--attach-body" -> message.attachBody(value);
        case "--attach-type" -> message.type(value);
        case "--attach-name" -> message.name(value);
        default -> namedField(name).ifPresent(field -> message.field(field + ": " + value));
      }
    }
    return message;
  }

  /** {@code --h-Subject} is the field Subject, and so is {@code --header-Subject}. */
  static Optional<String> namedField(String option) {
    return option.matches("--(h|header)-[!-9;-~]+")
        ? Optional.of(option.substring(option.indexOf('-', 2) + 1))
        : Optional.empty();
  }

  /** Runs it; {@code mail} is empty where it does not get that far. */
  ProbeResult run(
      String from, List<Mailbox> to, byte[] octets, Login login, Consumer<String> complaints) {
    var protocol = options.protocol();
    var dialect = protocol.core().equals("LMTP") ? Dialect.LMTP : relay.dialect();
    var plan =
        new ProbePlan(
            server,
            relay.dialect(dialect).timeouts(ClientTimeouts.of(options.timeout())),
            protocol.core().equals("SMTP") ? Greeting.PLAIN : Greeting.EXTENDED,
            login,
            options.pipeline() ? Pace.GROUPED : Pace.STEP_BY_STEP,
            options.stop(),
            sends(options)
                ? Optional.of(Consignments.of(from, to.isEmpty() ? NOBODY : to, octets))
                : Optional.empty());
    return new Probe(plan, complaints).run();
  }

  /** The login that the options ask for. */
  static Login login(SwaksOptions options, boolean required, String types) {
    var named = types.isEmpty() ? options.mechanisms() : types;
    var mechanisms =
        Arrays.stream(named.toUpperCase(Locale.ROOT).split(",", -1))
            .map(String::strip)
            .filter(m -> !m.isEmpty())
            .toList();
    return new Login(options.need(required || options.protocol().authenticated()), mechanisms);
  }

  /** What swaks says at the end. */
  void farewell(ProbeResult result, SwaksTranscript transcript) {
    var dropped =
        options.stop().filter(s -> s.ending() != Ending.QUIT).isPresent()
            && result.end() == End.DONE;
    if (dropped) {
      transcript.info("Dropping connection");
    } else if (result.end() != End.UNREACHABLE && result.end() != End.CLOSED) {
      transcript.info("Connection closed with remote host.");
    }
  }
}
