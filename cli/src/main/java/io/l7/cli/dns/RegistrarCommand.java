package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.net.AddressLiteral;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import io.l7.dns.update.Registrar;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns registrar}: delegations in a parent zone that is being served. */
@Command(
    name = "registrar",
    description = "Add a delegation with glue to a running parent zone, or remove it.")
final class RegistrarCommand extends L7Command {
  /** What to do. */
  enum Action {
    add,
    remove
  }

  @Parameters(index = "0", paramLabel = "add|remove", description = "What to do.")
  private Action action = Action.add;

  @Parameters(index = "1", paramLabel = "DOMAIN", description = "The domain, as networkutopia.com.")
  private String domain = "";

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      required = true,
      description = "The parent zone's primary.")
  private @Nullable Endpoint server;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "The parent zone; the domain's parent otherwise.")
  private @Nullable String zone;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "A key file in BIND's form, to sign with.")
  private @Nullable Path key;

  @Option(
      names = "--ns",
      paramLabel = "NAME[=ADDRESS]",
      description = "A name server and its glue; repeatable.")
  private List<String> servers = List.of();

  @Option(
      names = "--ds",
      paramLabel = "'TAG ALG TYPE HEX'",
      description = "A DS record's data; repeatable.")
  private List<String> ds = List.of();

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      description = "Of the records that are made (default 3600).")
  private long ttl = 3_600;

  @Override
  protected int run() throws Exception {
    Name child = typed(() -> Name.parse(domain));
    String above = zone;
    Name parent = above == null ? child.parent() : typed(() -> Name.parse(above));
    long seconds = typed(() -> Clients.ttl(ttl));
    var client = Clients.update(Objects.requireNonNull(server), key);
    var registrar = new Registrar(client, parent, seconds);
    Rcode outcome =
        typed(
            () ->
                switch (action) {
                  case add -> registrar.add(new Registrar.Delegation(child, servers(), data()));
                  case remove -> registrar.remove(child, List.copyOf(servers().keySet()));
                });
    if (!outcome.equals(Rcode.NOERROR)) {
      throw failure(action + " " + child, why(outcome));
    }
    return 0;
  }

  private static String why(Rcode outcome) {
    if (outcome.equals(Rcode.YXRRSET)) {
      return "the domain is taken";
    }
    return outcome.equals(Rcode.NXRRSET)
        ? "there is no such domain"
        : "the server answers " + outcome;
  }

  private List<Rdata> data() {
    return ds.stream().map(text -> RecordText.parse(RRType.DS, text, Name.ROOT)).toList();
  }

  private Map<Name, List<InetAddress>> servers() {
    Map<Name, List<InetAddress>> all = new LinkedHashMap<>();
    for (String text : servers) {
      int equals = text.indexOf('=');
      Name name = Name.parse(equals < 0 ? text : text.substring(0, equals));
      List<InetAddress> addresses = all.computeIfAbsent(name, n -> new ArrayList<>());
      if (equals > 0) {
        String literal = text.substring(equals + 1);
        addresses.add(
            AddressLiteral.of(literal)
                .orElseThrow(
                    () -> new IllegalArgumentException("'" + literal + "' is not an address")));
      }
    }
    return all;
  }
}
