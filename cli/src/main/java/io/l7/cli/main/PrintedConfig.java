package io.l7.cli.main;

import io.l7.common.json.Json;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * {@code --print-config}: what a server would run with, from its file, the environment and what was
 * typed, as a file that means the same. What is not set stands there as a comment.
 */
final class PrintedConfig implements IExecutionStrategy {
  private static final String OPTION = "--print-config";
  private static final Set<String> NO_KEYS =
      Set.of("config", "print-config", "help", "version", "debug");

  @Override
  public int execute(ParseResult parsed) {
    var called = parsed;
    while (called.hasSubcommand()) called = called.subcommand();
    if (called.isUsageHelpRequested()
        || called.isVersionHelpRequested()
        || called.commandSpec().findOption(OPTION) == null
        || !called.hasMatchedOption(OPTION)) return new RunLast().execute(parsed);
    print(called, called.commandSpec().commandLine().getOut());
    return 0;
  }

  private static void print(ParseResult called, PrintWriter out) {
    for (var option : called.commandSpec().options()) {
      var key = ConfigFile.key(option);
      if (NO_KEYS.contains(key)) continue;
      var value = value(called, option);
      out.println(
          value.isPresent()
              ? key + " = " + value.get()
              : "# " + key + " = " + quoted(option.paramLabel()));
    }
    out.flush();
  }

  private static Optional<String> value(ParseResult called, OptionSpec option) {
    Object value = option.getValue();
    if (value instanceof Boolean || value instanceof Number) return Optional.of(value.toString());
    if (called.hasMatchedOption(option)) {
      var given = called.matchedOption(option.longestName()).originalStringValues();
      return Optional.of(option.isMultiValue() ? array(given) : quoted(given.getLast()));
    }
    return switch (value) {
      case null -> Optional.empty();
      case Collection<?> none when none.isEmpty() -> Optional.empty();
      case Collection<?> some -> Optional.of(array(some.stream().map(Object::toString).toList()));
      case Duration time -> Optional.of(quoted(typed(time)));
      default -> Optional.of(quoted(value.toString()));
    };
  }

  private static String typed(Duration time) {
    return time.toMillisPart() == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }

  private static String array(List<String> values) {
    return values.stream().map(PrintedConfig::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /** TOML's basic strings are JSON's. */
  private static String quoted(String text) {
    return new Json.Str(text).toString();
  }
}
