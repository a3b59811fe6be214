package io.l7.cli.dns;

import picocli.CommandLine.Command;

/** The group {@code l7 dns cache}. */
@Command(
    mixinStandardHelpOptions = true,
    name = "cache",
    description = "Look into the cache of a running server, and flush it.",
    subcommands = {CacheDumpCommand.class, CacheFlushCommand.class})
final class CacheCommand {}
