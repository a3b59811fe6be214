package io.l7.cli.dns;

import picocli.CommandLine.Command;

/** The group {@code l7 dns}. */
@Command(
    mixinStandardHelpOptions = true,
    name = "dns",
    description = "DNS: resolve, serve, explain, update and sign.",
    subcommands = {
      ServeCommand.class,
      QueryCommand.class,
      ExplainCommand.class,
      ReplayCommand.class,
      CacheCommand.class,
      ReloadCommand.class,
      UpdateCommand.class,
      ZoneCommand.class,
      RegistrarCommand.class
    })
public final class DnsCommand {}
