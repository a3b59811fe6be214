package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.Name;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns cache dump}. */
@Command(name = "dump", description = "Print what is cached at and below a name as zone text.")
final class CacheDumpCommand extends L7Command {
  /** A name or type that is known not to be, or that nobody could tell of. */
  private static final Pattern ABSENT =
      Pattern.compile("; ([A-Z0-9]+), ([a-z]+): (\\S+) (\\S+) (\\d+)");

  @Option(
      names = "--server",
      required = true,
      paramLabel = "HOST:PORT",
      description = "The server's --control listener.")
  private Endpoint server = new Endpoint("127.0.0.1", 0);

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The name (default: the root).")
  private String name = ".";

  @Override
  protected int run() throws Exception {
    typed(() -> Name.parse(name));
    String text = new ControlClient(server).ask("GET", "/cache", Map.of("name", name));
    if (json()) {
      print(text);
    } else {
      out().print(text);
    }
    return 0;
  }

  /** One object a record; what is known of its set stands in a comment before it. */
  private void print(String text) {
    String credibility = "";
    String security = "";
    for (String line : text.lines().toList()) {
      String[] fields = line.split("\t", 5);
      var absent = ABSENT.matcher(line);
      if (absent.matches()) {
        out()
            .println(
                Json.object()
                    .put("name", absent.group(3))
                    .put("ttl", Long.parseLong(absent.group(5)))
                    .put("type", absent.group(4))
                    .put("status", absent.group(1))
                    .put("security", absent.group(2))
                    .build());
      } else if (line.startsWith("; ") && line.contains(", ")) {
        credibility = line.substring(2, line.indexOf(", "));
        security = line.substring(line.indexOf(", ") + 2);
      } else if (fields.length == 5) {
        out()
            .println(
                Json.object()
                    .put("name", fields[0])
                    .put("ttl", Long.parseLong(fields[1]))
                    .put("class", fields[2])
                    .put("type", fields[3])
                    .put("data", fields[4])
                    .put("credibility", credibility)
                    .put("security", security)
                    .build());
      }
    }
  }
}
