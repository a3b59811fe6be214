package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.RecordText;
import io.l7.dns.update.UpdateClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns update}: one change of a zone that is being served. */
@Command(
    name = "update",
    description =
        "Change a zone by RFC 2136: add NAME TTL TYPE DATA..., or delete NAME [TTL] [TYPE"
            + " [DATA...]].")
final class UpdateCommand extends L7Command {
  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      required = true,
      description = "The zone's primary.")
  private @Nullable Endpoint server;

  @Option(names = "--zone", paramLabel = "ZONE", required = true, description = "The zone's name.")
  private String zone = "";

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "A key file in BIND's form, to sign with.")
  private @Nullable Path key;

  @Option(
      names = "--if-exists",
      paramLabel = "NAME[/TYPE]",
      description = "Only if that name, or that set, exists; repeatable.")
  private List<String> ifExists = List.of();

  @Option(
      names = "--if-missing",
      paramLabel = "NAME[/TYPE]",
      description = "Only if that name, or that set, does not exist; repeatable.")
  private List<String> ifMissing = List.of();

  @Parameters(paramLabel = "add|delete NAME ...", arity = "2..*", description = "What to change.")
  private List<String> words = List.of();

  @Override
  protected int run() throws Exception {
    UpdateClient.Request request = typed(this::request);
    Rcode outcome = Clients.update(Objects.requireNonNull(server), key).send(request);
    if (!outcome.equals(Rcode.NOERROR)) {
      throw failure("update of " + zone, "the server answers " + outcome);
    }
    return 0;
  }

  private UpdateClient.Request request() {
    Name origin = Name.parse(zone);
    var request = new UpdateClient.Request(origin);
    for (String text : ifExists) {
      request.ifExists(Clients.nameOf(text, origin), Clients.typeOf(text));
    }
    for (String text : ifMissing) {
      request.ifMissing(Clients.nameOf(text, origin), Clients.typeOf(text));
    }
    Name owner = Clients.within(words.get(1), origin);
    List<String> rest = words.subList(2, words.size());
    switch (words.getFirst().toLowerCase(Locale.ROOT)) {
      case "add" -> {
        if (rest.size() < 3) {
          throw new IllegalArgumentException("expected: add NAME TTL TYPE DATA...");
        }
        RRType type = RRType.parse(rest.get(1));
        request.add(
            owner, type, ttl(rest.getFirst()), RecordText.parse(type, data(rest, 2), origin));
      }
      case "delete", "del" -> {
        boolean ttl = !rest.isEmpty() && rest.getFirst().matches("\\d+");
        List<String> what = ttl ? rest.subList(1, rest.size()) : rest;
        RRType type = what.isEmpty() ? RRType.ANY : RRType.parse(what.getFirst());
        if (what.size() < 2) {
          request.delete(owner, type);
        } else {
          request.delete(owner, type, RecordText.parse(type, data(what, 1), origin));
        }
      }
      default ->
          throw new IllegalArgumentException(
              "'" + words.getFirst() + "' is neither add nor delete");
    }
    return request;
  }

  private static long ttl(String text) {
    if (!text.matches("\\d{1,10}")) {
      throw new IllegalArgumentException("'" + text + "' is no TTL: seconds, as 3600");
    }
    return Clients.ttl(Long.parseLong(text));
  }

  private static String data(List<String> words, int from) {
    return String.join(" ", words.subList(from, words.size()));
  }
}
