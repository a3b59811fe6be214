package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.Name;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns cache dump}. */
@Command(
    name = "dump",
    description = "Print the cached record sets at and below a name as zone text.")
final class CacheDumpCommand extends L7Command {
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
    out().print(new ControlClient(server).ask("GET", "/cache", Map.of("name", name)));
    return 0;
  }
}
