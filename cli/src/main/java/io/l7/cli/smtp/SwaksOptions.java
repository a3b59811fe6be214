package io.l7.cli.smtp;

import io.l7.smtp.client.ProbePlan.Ending;
import io.l7.smtp.client.ProbePlan.Need;
import io.l7.smtp.client.ProbePlan.Point;
import io.l7.smtp.client.ProbePlan.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code send} that come from swaks, under its names. A mixin. */
final class SwaksOptions {
  private static final Map<String, Point> POINTS =
      Map.ofEntries(
          Map.entry("CONNECT", Point.BANNER),
          Map.entry("BANNER", Point.BANNER),
          Map.entry("FIRST-HELO", Point.FIRST_HELO),
          Map.entry("FIRST-EHLO", Point.FIRST_HELO),
          Map.entry("FIRST-LHLO", Point.FIRST_HELO),
          Map.entry("STARTTLS", Point.TLS),
          Map.entry("TLS", Point.TLS),
          Map.entry("HELO", Point.HELO),
          Map.entry("EHLO", Point.HELO),
          Map.entry("LHLO", Point.HELO),
          Map.entry("AUTH", Point.AUTH),
          Map.entry("MAIL", Point.MAIL),
          Map.entry("FROM", Point.MAIL),
          Map.entry("RCPT", Point.RCPT),
          Map.entry("TO", Point.RCPT),
          Map.entry("DATA", Point.DATA),
          Map.entry("DOT", Point.DOT));

  private static final Pattern SECONDS = Pattern.compile("(\\d{1,6})([smh]?)");
  private static final Pattern PROTOCOL = Pattern.compile("(S?SMTP|ESMTP|LMTP)(S?)(A?)");

  @Option(
      names = "--swaks",
      description =
          "Be swaks: --tls is STARTTLS, --auth names mechanisms, '@' begins a file's name; its"
              + " transcript on standard output and its exit status.")
  private boolean swaks;

  @Option(
      names = {"-q", "--quit", "--quit-after"},
      paramLabel = "POINT",
      description = "QUIT after banner, first-helo, tls, helo, auth, mail or rcpt.")
  private @Nullable String quitAfter;

  @Option(
      names = {"-da", "--da", "--drop-after"},
      paramLabel = "POINT",
      description = "Hang up after this point's reply; data and dot as well.")
  private @Nullable String dropAfter;

  @Option(
      names = {"-das", "--das", "--drop-after-send"},
      paramLabel = "POINT",
      description = "Hang up before this point's reply.")
  private @Nullable String dropAfterSend;

  @Option(names = "--pipeline", description = "Send commands in groups where that is offered.")
  private boolean pipeline;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description = "SMTP, ESMTP or LMTP, with S for TLS and A for AUTH behind it; SSMTP.")
  private @Nullable String protocol;

  @Option(names = "-tls", description = "STARTTLS, or nothing.")
  private boolean tls;

  @Option(
      names = {"-tlso", "--tls-optional", "-tlsos", "--tls-optional-strict"},
      description = "STARTTLS where it is offered.")
  private boolean tlsOptional;

  @Option(
      names = {"-tlsc", "--tlsc", "--tls-on-connect"},
      description = "TLS from the first octet.")
  private boolean tlsOnConnect;

  @Option(
      names = {"-ao", "--auth-optional"},
      paramLabel = "TYPES",
      arity = "0..1",
      fallbackValue = "",
      description = "Log in if that can be done.")
  private @Nullable String authOptional;

  @Option(
      names = {"-aos", "--auth-optional-strict"},
      paramLabel = "TYPES",
      arity = "0..1",
      fallbackValue = "",
      description = "Log in where a way is offered.")
  private @Nullable String authWhereOffered;

  @Option(
      names = {"-au", "--auth-user"},
      paramLabel = "USER",
      description = "Who logs in; --auth then names mechanisms.")
  private @Nullable String authUser;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait for each reply: 30, 30s, 5m (default 30s).")
  private @Nullable String timeout;

  @Option(
      names = {"-d", "--data"},
      paramLabel = "DATA",
      description = "The whole content: text with \\n, @FILE, or - for standard input.")
  private @Nullable String data;

  @Option(names = "--attach-body", paramLabel = "BODY", description = "A part of the body.")
  private List<String> attachBody = List.of();

  @Option(
      names = "--attach-type",
      paramLabel = "TYPE",
      description = "The media type of the parts that follow.")
  private List<String> attachType = List.of();

  @Option(names = "--attach-name", paramLabel = "NAME", description = "The next part's file name.")
  private List<String> attachName = List.of();

  @Option(
      names = {"-ah", "--add-header"},
      paramLabel = "FIELD",
      description = "A field to add; repeatable.")
  private List<String> addHeader = List.of();

  @Option(names = "--dump-mail", description = "Print the mail instead of sending it.")
  private boolean dumpMail;

  @Option(
      names = {"-n", "--suppress-data"},
      description = "Count the lines of the content instead of showing them.")
  private boolean suppressData;

  @Option(
      names = {"-stl", "--show-time-lapse"},
      description = "Show how long each reply took.")
  private boolean timeLapse;

  @Option(
      names = {"-nih", "--no-info-hints"},
      description = "No marks before information.")
  private boolean noInfoHints;

  @Option(
      names = {"-nsh", "--no-send-hints"},
      description = "No marks before what we say.")
  private boolean noSendHints;

  @Option(
      names = {"-nrh", "--no-receive-hints"},
      description = "No marks before what we hear.")
  private boolean noReceiveHints;

  @Option(
      names = {"-nth", "--no-hints"},
      description = "Neither of the two.")
  private boolean noHints;

  @Option(
      names = {"-hr", "--hide-receive"},
      description = "Do not show what we hear.")
  private boolean hideReceive;

  @Option(
      names = {"-hs", "--hide-send"},
      description = "Do not show what we say.")
  private boolean hideSend;

  @Option(
      names = {"-hi", "--hide-informational"},
      description = "Do not show information.")
  private boolean hideInformational;

  @Option(
      names = {"-ha", "--hide-all"},
      description = "Show nothing.")
  private boolean hideAll;

  @Option(
      names = {"-S", "--silent"},
      paramLabel = "LEVEL",
      arity = "0..1",
      fallbackValue = "1",
      description = "1: nothing unless there is an error; 2: errors; 3: nothing.")
  private int silent;

  /** What {@code --protocol} stands for. */
  record Protocol(String core, boolean secured, boolean authenticated) {
    static final Protocol ESMTP = new Protocol("ESMTP", false, false);

    /** LMTP has no port of its own; 24 is what swaks takes. */
    int port(boolean onConnect) {
      return onConnect ? 465 : core.equals("LMTP") ? 24 : 25;
    }

    boolean onConnect() {
      return core.equals("SSMTP") || core.equals("SMTP") && secured;
    }
  }

  /** Whether anything asks for a transaction step by step, or for swaks altogether. */
  boolean asked() {
    return swaks
        || stop().isPresent()
        || pipeline
        || protocol != null
        || tls
        || tlsOptional
        || tlsOnConnect
        || authOptional != null
        || authWhereOffered != null
        || authUser != null
        || timeout != null
        || content()
        || dumpMail;
  }

  /** Whether the content is made as swaks makes it. */
  boolean content() {
    return swaks
        || data != null
        || !attachBody.isEmpty()
        || !attachType.isEmpty()
        || !attachName.isEmpty()
        || !addHeader.isEmpty();
  }

  /** Whether options mean what they mean to swaks. */
  boolean swaks() {
    return swaks;
  }

  /** Where to stop; the last point when several are given. */
  Optional<Stop> stop() {
    return point(dropAfterSend, Ending.DROP_UNANSWERED)
        .or(() -> point(dropAfter, Ending.DROP))
        .or(() -> point(quitAfter, Ending.QUIT));
  }

  private static Optional<Stop> point(@Nullable String name, Ending ending) {
    if (name == null) {
      return Optional.empty();
    }
    var point = POINTS.get(name.toUpperCase(Locale.ROOT));
    if (point == null || ending == Ending.QUIT && point.compareTo(Point.RCPT) > 0) {
      throw new IllegalArgumentException("no such point to stop at: " + name);
    }
    return Optional.of(new Stop(point, ending));
  }

  Protocol protocol() {
    if (protocol == null) {
      return Protocol.ESMTP;
    }
    var m = PROTOCOL.matcher(protocol.toUpperCase(Locale.ROOT));
    if (!m.matches() || m.group(1).equals("SSMTP") && !m.group(2).isEmpty()) {
      throw new IllegalArgumentException("no such protocol: " + protocol);
    }
    return new Protocol(m.group(1), !m.group(2).isEmpty(), !m.group(3).isEmpty());
  }

  /** How long to wait for each reply; none means for ever, which a year is. */
  Duration timeout() {
    if (timeout == null) {
      return Duration.ofSeconds(30);
    }
    var m = SECONDS.matcher(timeout);
    if (!m.matches()) {
      throw new IllegalArgumentException("--timeout takes 30, 30s, 5m or 1h");
    }
    var number = Long.parseLong(m.group(1));
    if (number == 0) {
      return Duration.ofDays(365);
    }
    return switch (m.group(2)) {
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofSeconds(number);
    };
  }

  boolean pipeline() {
    return pipeline;
  }

  boolean startTls() {
    return tls;
  }

  boolean startTlsWhereOffered() {
    return tlsOptional;
  }

  boolean tlsOnConnect() {
    return tlsOnConnect;
  }

  Optional<String> authUser() {
    return Optional.ofNullable(authUser);
  }

  /** How much a login is wanted, {@code required} being what {@code --auth} said. */
  Need need(boolean required) {
    if (required) {
      return Need.REQUIRED;
    }
    return authWhereOffered != null
        ? Need.WHERE_OFFERED
        : authOptional != null ? Need.OPTIONAL : Need.NONE;
  }

  /** The mechanisms of {@code --auth-optional} and its strict sister. */
  String mechanisms() {
    var strict = authWhereOffered == null ? "" : authWhereOffered;
    return authOptional == null ? strict : authOptional;
  }

  boolean dumpMail() {
    return dumpMail;
  }

  /** What the transcript shows. */
  SwaksTranscript.View view() {
    return new SwaksTranscript.View(
        suppressData,
        timeLapse,
        !noInfoHints,
        !noSendHints && !noHints,
        !noReceiveHints && !noHints,
        !hideInformational && !hideAll,
        !hideSend && !hideAll,
        !hideReceive && !hideAll,
        hideAll ? 3 : silent);
  }
}
