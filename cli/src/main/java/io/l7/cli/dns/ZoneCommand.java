package io.l7.cli.dns;

import picocli.CommandLine.Command;

/** The group {@code l7 dns zone}. */
@Command(
    mixinStandardHelpOptions = true,
    name = "zone",
    description = "Check and sign zone files, make keys, print DS records.",
    subcommands = {
      ZoneCheckCommand.class,
      ZoneSignCommand.class,
      ZoneKeygenCommand.class,
      ZoneDsCommand.class
    })
public final class ZoneCommand {}
