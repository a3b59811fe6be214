package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.Name;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns cache flush}. */
@Command(name = "flush", description = "Forget a name, all below it, or what is negative there.")
final class CacheFlushCommand extends L7Command {
  @Option(
      names = "--server",
      required = true,
      paramLabel = "HOST:PORT",
      description = "The server's --control listener.")
  private Endpoint server = new Endpoint("127.0.0.1", 0);

  @ArgGroup private Scope scope = new Scope();

  /** What to flush at the name. */
  static final class Scope {
    @Option(names = "--subtree", description = "The name and all below.")
    private boolean subtree;

    @Option(
        names = "--negative",
        description = "Negative answers and failures at the name and below.")
    private boolean negative;
  }

  @Parameters(paramLabel = "NAME", description = "The name; '.' with --subtree is everything.")
  private String name = ".";

  @Override
  protected int run() throws Exception {
    typed(() -> Name.parse(name));
    String what = scope.subtree ? "subtree" : scope.negative ? "negative" : "name";
    String answer =
        new ControlClient(server).ask("DELETE", "/cache", Map.of("name", name, "scope", what));
    if (json()) {
      long gone = Long.parseLong(answer.replaceAll("\\D", ""));
      out().println(Json.object().put("flushed", gone).build());
    } else {
      out().print(answer);
    }
    return 0;
  }
}
