package io.l7.cli.smtp;

import io.l7.cli.L7Command;
import io.l7.cli.Passwords;
import io.l7.common.json.Json;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.transcript.Dialogue;
import io.l7.common.transcript.Transcript;
import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.client.Connector;
import io.l7.smtp.client.Credentials;
import io.l7.smtp.client.Dialect;
import io.l7.smtp.client.DnsMxResolver;
import io.l7.smtp.client.MailSender;
import io.l7.smtp.client.MxResolver;
import io.l7.smtp.client.ProbePlan;
import io.l7.smtp.client.ProbeResult.End;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.RelayTransport;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.session.AuthMask;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code l7 smtp send}: one mail, now, to a server or to the servers of its recipients. */
@Command(name = "send", description = "Send one mail.")
final class SendCommand extends L7Command {
  /** Where to. */
  static final class Where {
    @Option(
        names = {"--server", "-s"},
        paramLabel = "HOST:PORT",
        description = "Send to this server.")
    private @Nullable String server;

    @Option(names = "--mx", description = "Send to the servers of the recipients' domains.")
    private boolean mx;
  }

  @ArgGroup private Where where = new Where();

  @Mixin private SendTls security = new SendTls();

  @Option(
      names = {"--from", "-f"},
      paramLabel = "A",
      description = "The sender; '<>' for none (default: whoever is logged in on this machine).")
  private @Nullable String from;

  @Option(
      names = {"--to", "-t"},
      split = ",",
      paramLabel = "B",
      description = "A recipient; several with commas.")
  private List<String> to = List.of();

  @Mixin private ComposeOptions compose = new ComposeOptions();

  @Option(
      names = {"--auth", "-a"},
      paramLabel = "USER",
      arity = "0..1",
      fallbackValue = "",
      description = "Log in; with --auth-user, by these mechanisms.")
  private @Nullable String auth;

  @Option(
      names = {"--password", "-ap", "--auth-password"},
      paramLabel = "PASSWORD",
      description = "Better asked for: without it from the terminal or standard input.")
  private @Nullable String password;

  @Option(names = "--lmtp", description = "Speak LMTP.")
  private boolean lmtp;

  @Option(
      names = {"--helo", "--ehlo", "--lhlo"},
      paramLabel = "NAME",
      description = "Our name in EHLO.")
  private @Nullable String helo;

  @Option(
      names = "--resolver",
      paramLabel = "HOST:PORT",
      description = "The DNS resolver; without it, the system's.")
  private @Nullable Endpoint resolver;

  @Option(
      names = "--smtp-port",
      paramLabel = "PORT",
      description = "The servers' port with --mx (default 25).")
  private int smtpPort = 25;

  @Option(
      names = {"--port", "-p"},
      paramLabel = "PORT",
      description = "The port of --server, where it names none (default 25).")
  private int port;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private SwaksOptions swaks = new SwaksOptions();

  @Unmatched private List<String> others = new ArrayList<>();

  @Override
  protected int run() throws Exception {
    if (smtpPort < 1 || smtpPort > 0xffff) {
      throw usage("--smtp-port: 1 to 65535");
    }
    if (where.server == null && !where.mx && !swaks.dumpMail()) {
      throw usage("say where to: --server HOST:PORT, or --mx");
    }
    try (var _ = security) {
      security.check(resolver != null, where.mx);
      return !others.isEmpty() || swaks.asked() ? stepByStep() : deliver();
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private int deliver() throws IOException {
    var recipients = recipients();
    if (recipients.isEmpty()) {
      throw usage("Missing required option: '--to=B'");
    }
    var sender = sender();
    var octets = compose.octets(sender, recipients);
    var outcomes =
        where.server == null
            ? byMx(sender, recipients, octets)
            : toServer(server(25), sender, recipients, octets);
    return print(recipients, outcomes);
  }

  private List<Mailbox> recipients() {
    var out = new ArrayList<Mailbox>();
    for (var text : to) {
      out.add(address("--to", text.strip()));
    }
    return out;
  }

  private String sender() {
    if (from == null) {
      return address("--from", System.getProperty("user.name") + "@" + hello()).toString();
    }
    return from.equals("<>") || from.isEmpty() ? "" : address("--from", from).toString();
  }

  private Endpoint server(int otherwise) {
    var text = String.valueOf(where.server);
    try {
      return text.matches("(\\[.*]|[^:]+):\\d+")
          ? Endpoint.parse(text)
          : new Endpoint(text.replaceAll("[\\[\\]]", ""), port == 0 ? otherwise : port);
    } catch (IllegalArgumentException e) {
      throw usage("--server: " + e.getMessage());
    }
  }

  /** A transaction as swaks would have it. */
  private int stepByStep() throws IOException {
    for (var i = 0; i < others.size(); i++) {
      var valued = !others.get(i).contains("=");
      if (SwaksSend.namedField(others.get(i).split("=", 2)[0]).isEmpty()) {
        throw usage("Unknown option: '" + others.get(i) + "'");
      }
      i += valued ? 1 : 0;
    }
    var sends = SwaksSend.sends(swaks) || swaks.dumpMail();
    var recipients = recipients();
    if ((SwaksSend.addresses(swaks) || swaks.dumpMail()) && recipients.isEmpty()) {
      throw usage("Missing required option: '--to=B'");
    }
    var sender = sends ? sender() : "";
    var octets = sends ? contentStepByStep(sender, recipients) : new byte[0];
    if (swaks.dumpMail()) {
      var lines = new String(octets, StandardCharsets.UTF_8).replace("\r\n", "\n");
      out().print(lines.substring(0, lines.length() - 1));
      return 0;
    }
    if (where.mx) {
      throw usage("--mx delivers as a mail server does; a transaction step by step wants --server");
    }
    var server = server(swaks.protocol().port(policy() == TlsPolicy.IMPLICIT));
    return swaks.swaks()
        ? asSwaks(server, sender, recipients, octets)
        : asOurselves(server, sender, recipients, octets);
  }

  private byte[] contentStepByStep(String sender, List<Mailbox> recipients) throws IOException {
    if (compose.ready() || !swaks.content() && others.isEmpty()) {
      return compose.octets(sender, recipients);
    }
    var arguments = Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs();
    return SwaksSend.message(arguments)
        .octets(sender, recipients.stream().map(Mailbox::toString).toList());
  }

  private int asSwaks(Endpoint server, String sender, List<Mailbox> recipients, byte[] octets)
      throws IOException {
    var transcript = new SwaksTranscript(out(), err(), swaks.view());
    var send = new SwaksSend(swaks, server, options(AuthMask.over(transcript)));
    transcript.info("Trying " + server + "...");
    var result = send.run(sender, recipients, octets, login(), transcript::error);
    send.farewell(result, transcript);
    return result.end().status();
  }

  private int asOurselves(Endpoint server, String sender, List<Mailbox> recipients, byte[] octets)
      throws IOException {
    var transcript = AuthMask.over(dialogue(Dialogue.Naming.BARE));
    var send = new SwaksSend(swaks, server, options(transcript));
    var result = send.run(sender, recipients, octets, login(), complaint -> {});
    if (result.end() != End.DONE) {
      throw failure(server + ": " + result.end(), result.reply());
    }
    out().println(json() ? Json.object().put("reply", result.reply()).build() : result.reply());
    return 0;
  }

  private ProbePlan.Login login() {
    var types = auth != null && (swaks.swaks() || swaks.authUser().isPresent()) ? auth : "";
    return SwaksSend.login(swaks, auth != null, types);
  }

  private List<Outcome> toServer(
      Endpoint server, String sender, List<Mailbox> recipients, byte[] octets) throws IOException {
    try (var session = new Connector(options()).open(server)) {
      return MailSender.send(
          session, server.toString(), Consignments.of(sender, recipients, octets));
    } catch (IOException e) {
      var why = String.valueOf(e.getMessage());
      throw failure(server.toString(), why.replaceFirst("^" + Pattern.quote(server + ": "), ""));
    }
  }

  private List<Outcome> byMx(String sender, List<Mailbox> recipients, byte[] octets)
      throws IOException {
    var transport = new RelayTransport(options().port(smtpPort));
    var domains = new LinkedHashMap<String, List<Mailbox>>();
    recipients.forEach(
        r -> domains.computeIfAbsent(r.canonicalDomain(), d -> new ArrayList<>()).add(r));
    var outcomes = new LinkedHashMap<Mailbox, Outcome>();
    for (var entry : domains.entrySet()) {
      try (var courier = transport.courier(entry.getKey())) {
        var results = courier.deliver(Consignments.of(sender, entry.getValue(), octets));
        for (var i = 0; i < results.size(); i++) {
          outcomes.put(entry.getValue().get(i), results.get(i));
        }
      }
    }
    var inOrder = new ArrayList<Outcome>();
    recipients.forEach(
        r -> inOrder.add(outcomes.getOrDefault(r, outcomes.firstEntry().getValue())));
    return inOrder;
  }

  private RelayOptions options() throws IOException {
    return options(AuthMask.over(dialogue(Dialogue.Naming.BARE)));
  }

  private RelayOptions options(Transcript transcript) throws IOException {
    var dialer = Dialer.over(Network.real());
    MxResolver mx = MxResolver.implicit();
    DnsMxResolver dns = null;
    if (resolver != null) {
      dns = security.names(resolver);
      mx = dns;
      dialer = dialer.names(dns);
    }
    var options =
        RelayOptions.of(hello(), dialer.transcript(transcript), mx).tls(policy(), security.trust());
    options = dns == null ? options : security.demanding(options, dns, transcript);
    var user = swaks.authUser().orElse(swaks.swaks() || auth == null ? "" : auth);
    if (!user.isEmpty()) {
      var secret = password == null ? Passwords.read("Password for " + user) : password;
      options = options.credentials(new Credentials(user, secret));
    } else if (auth != null || login().need() != ProbePlan.Need.NONE) {
      throw usage("say who logs in: --auth-user");
    }
    return lmtp ? options.dialect(Dialect.LMTP) : options;
  }

  private TlsPolicy policy() {
    return security.policy(swaks, where.mx ? TlsPolicy.OPPORTUNISTIC : TlsPolicy.OFF);
  }

  private String hello() {
    if (helo != null) {
      return helo;
    }
    try {
      var name = InetAddress.getLocalHost().getHostName();
      return name.matches("[A-Za-z0-9.-]+") ? name : "localhost";
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private Mailbox address(String option, String text) {
    try {
      return Mailbox.parse(text);
    } catch (AddressSyntaxException e) {
      throw usage(option + " " + text + ": " + e.getMessage());
    }
  }

  private int print(List<Mailbox> recipients, List<Outcome> outcomes) {
    var results = new ArrayList<Json>();
    var refused = 0;
    for (var i = 0; i < recipients.size(); i++) {
      var outcome = outcomes.get(i);
      var delivered = outcome instanceof Outcome.Delivered;
      if (json()) {
        results.add(
            Json.object()
                .put("recipient", recipients.get(i))
                .put("accepted", delivered)
                .put("server", outcome.server())
                .put("reply", outcome.reason())
                .build());
      } else if (delivered) {
        out().println(recipients.get(i) + ": " + outcome.reason());
      } else {
        err().println("l7: " + recipients.get(i) + ": " + outcome.reason());
      }
      refused += delivered ? 0 : 1;
    }
    if (json()) {
      out().println(Json.array(results));
    }
    return refused == 0 ? 0 : 1;
  }
}
