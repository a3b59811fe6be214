package io.l7.cli.smtp;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Dialogue;
import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.client.Connector;
import io.l7.smtp.client.Credentials;
import io.l7.smtp.client.Dialect;
import io.l7.smtp.client.DnsMxResolver;
import io.l7.smtp.client.MailSender;
import io.l7.smtp.client.MxResolver;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.RelayTransport;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.MailParameters.AddressEncoding;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.session.AuthMask;
import io.l7.smtp.store.Content;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code l7 smtp send}: one mail, now, to a server or to the servers of its recipients. */
@Command(name = "send", description = "Send one mail.")
final class SendCommand extends L7Command {
  private static final Pattern FIELD_NAME = Pattern.compile("[!-9;-~]+");

  /** Where to. */
  static final class Where {
    @Option(names = "--server", paramLabel = "HOST:PORT", description = "Send to this server.")
    private @Nullable Endpoint server;

    @Option(names = "--mx", description = "Send to the servers of the recipients' domains.")
    private boolean mx;
  }

  /** How much TLS. */
  static final class Security {
    @Option(names = "--starttls", description = "STARTTLS, or nothing.")
    private boolean starttls;

    @Option(names = "--tls", description = "TLS from the first octet.")
    private boolean tls;
  }

  @ArgGroup(multiplicity = "1")
  private Where where = new Where();

  @ArgGroup private Security security = new Security();

  @Option(
      names = "--from",
      required = true,
      paramLabel = "A",
      description = "The sender; '<>' for none.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      split = ",",
      paramLabel = "B",
      description = "A recipient; several with commas.")
  private List<String> to = List.of();

  @Option(names = "--subject", paramLabel = "S", description = "The subject.")
  private String subject = "";

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "A field of the header, set or replaced; repeatable.")
  private List<String> headers = List.of();

  @Option(names = "--body", paramLabel = "TEXT", description = "The text; '-' is standard input.")
  private String body = "";

  @Option(names = "--attach", paramLabel = "FILE", description = "A file to attach; repeatable.")
  private List<Path> attach = List.of();

  @Option(names = "--eml", paramLabel = "FILE", description = "Send this file as it is.")
  private @Nullable Path eml;

  @Option(names = "--auth", paramLabel = "USER", description = "Log in.")
  private @Nullable String user;

  @Option(
      names = "--password",
      paramLabel = "PASSWORD",
      description = "Better asked for: without it from the terminal or standard input.")
  private @Nullable String password;

  @Option(
      names = "--verify",
      description = "Demand a certificate that is trusted and has the server's name.")
  private boolean verify;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Trust these certificates (PEM); implies --verify.")
  private @Nullable Path ca;

  @Option(names = "--lmtp", description = "Speak LMTP.")
  private boolean lmtp;

  @Option(names = "--helo", paramLabel = "NAME", description = "Our name in EHLO.")
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

  @Override
  protected int run() throws Exception {
    var recipients = new ArrayList<Mailbox>();
    for (var text : to) {
      recipients.add(address("--to", text.strip()));
    }
    var sender = from.equals("<>") || from.isEmpty() ? "" : address("--from", from).toString();
    var octets = content(sender, recipients);
    var outcomes =
        where.server == null
            ? byMx(sender, recipients, octets)
            : toServer(where.server, sender, recipients, octets);
    return print(recipients, outcomes);
  }

  private byte[] content(String sender, List<Mailbox> recipients) throws IOException {
    if (eml != null) {
      return Files.readAllBytes(eml);
    }
    var text =
        body.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : body;
    for (var file : attach) {
      if (!Files.isReadable(file)) {
        throw failure(file.toString(), "cannot be read");
      }
    }
    return Composer.compose(
        sender, recipients, harmless("--subject", subject), fields(), text, attach);
  }

  private Map<String, String> fields() {
    var out = new LinkedHashMap<String, String>();
    for (var header : headers) {
      var colon = header.indexOf(':');
      if (colon < 1 || !FIELD_NAME.matcher(header.substring(0, colon)).matches()) {
        throw usage("--header takes 'Name: value'");
      }
      out.put(
          header.substring(0, colon), harmless("--header", header.substring(colon + 1).strip()));
    }
    return out;
  }

  /** No option becomes a field of its own. */
  private String harmless(String option, String text) {
    if (text.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 127)) {
      throw usage(option + " holds a line end or another control character");
    }
    return text;
  }

  private List<Outcome> toServer(
      Endpoint server, String sender, List<Mailbox> recipients, byte[] octets) throws IOException {
    try (var session = new Connector(options()).open(server)) {
      return MailSender.send(session, server.toString(), consignment(sender, recipients, octets));
    } catch (IOException e) {
      throw failure(server.toString(), String.valueOf(e.getMessage()));
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
        var results = courier.deliver(consignment(sender, entry.getValue(), octets));
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
    var dialer = Dialer.over(Network.real());
    MxResolver mx = MxResolver.implicit();
    if (resolver != null) {
      var dns = DnsMxResolver.forwarding(resolver, Network.real());
      mx = dns;
      dialer = dialer.names(dns);
    }
    var transcript = AuthMask.over(dialogue(Dialogue.Naming.BARE));
    var options =
        RelayOptions.of(hello(), dialer.transcript(transcript), mx).tls(policy(), trust());
    if (user != null) {
      var secret = password == null ? Passwords.read("Password for " + user) : password;
      options = options.credentials(new Credentials(user, secret));
    }
    return lmtp ? options.dialect(Dialect.LMTP) : options;
  }

  private TlsPolicy policy() {
    if (security.tls) {
      return TlsPolicy.IMPLICIT;
    }
    if (security.starttls) {
      return TlsPolicy.REQUIRED;
    }
    return where.mx ? TlsPolicy.OPPORTUNISTIC : TlsPolicy.OFF;
  }

  private TlsTrust trust() throws IOException {
    if (ca != null) {
      return TlsTrust.fromPem(ca);
    }
    return verify ? TlsTrust.system() : TlsTrust.insecure();
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

  private static Consignment consignment(String sender, List<Mailbox> recipients, byte[] octets) {
    var eightBit = false;
    for (var b : octets) {
      eightBit |= b < 0;
    }
    var path = ReversePath.of(sender);
    var utf8 =
        path.mailbox().filter(Mailbox::needsSmtpUtf8).isPresent()
            || recipients.stream().anyMatch(Mailbox::needsSmtpUtf8);
    var parameters =
        new MailParameters(
            OptionalLong.empty(),
            eightBit ? BodyType.EIGHT_BIT_MIME : BodyType.SEVEN_BIT,
            utf8 ? AddressEncoding.SMTPUTF8 : AddressEncoding.ASCII,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var targets =
        recipients.stream()
            .map(r -> new Recipient(r, new Target.Remote(r), RcptParameters.NONE))
            .toList();
    return new Consignment(
        MailId.at(Instant.now()),
        new Envelope(path, parameters, targets),
        targets,
        Content.of(octets));
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
