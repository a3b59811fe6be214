package io.l7.cli.http;

import picocli.CommandLine.Command;

/** The group {@code l7 http}. */
@Command(
    mixinStandardHelpOptions = true,
    name = "http",
    description = "HTTP: serve a folder, proxy and cache; fetch; explain.",
    subcommands = {ServeCommand.class, GetCommand.class, ExplainCommand.class, UserCommand.class})
public final class HttpCommand {}
