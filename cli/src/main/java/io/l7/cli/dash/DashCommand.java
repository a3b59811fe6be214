package io.l7.cli.dash;

import picocli.CommandLine.Command;

/** The group {@code l7 dash}. */
@Command(
    mixinStandardHelpOptions = true,
    name = "dash",
    description = "DASH: pack, serve and play adaptive video.",
    subcommands = {
      PackCommand.class,
      ServeCommand.class,
      PlayCommand.class,
      AbrCommand.class,
      LintCommand.class
    })
public final class DashCommand {}
