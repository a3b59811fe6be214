package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.net.Endpoint;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code l7 dns reload}: what SIGHUP does, with an answer. */
@Command(name = "reload", description = "Make a running server read its files again.")
final class ReloadCommand extends L7Command {
  @Option(
      names = "--server",
      required = true,
      paramLabel = "HOST:PORT",
      description = "The server's --control listener.")
  private Endpoint server = new Endpoint("127.0.0.1", 0);

  @Override
  protected int run() throws Exception {
    out().print(new ControlClient(server).ask("POST", "/reload", Map.of()));
    return 0;
  }
}
