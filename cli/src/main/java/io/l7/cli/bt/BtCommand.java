package io.l7.cli.bt;

import picocli.CommandLine.Command;

/** The group {@code l7 bt}. */
@Command(
    mixinStandardHelpOptions = true,
    name = "bt",
    description = "BitTorrent: create, track, get, seed, simulate.",
    subcommands = {
      CreateCommand.class,
      InfoCommand.class,
      TrackCommand.class,
      GetCommand.class,
      SeedCommand.class,
      VerifyCommand.class,
      SimCommand.class
    })
public final class BtCommand {}
