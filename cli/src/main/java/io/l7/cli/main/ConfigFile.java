package io.l7.cli.main;

import io.l7.common.disk.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Settings from elsewhere become arguments, weakest first: the file named by {@code --config}, then
 * {@code L7_…} variables of the environment, then what was typed. A key is an option's name without
 * its dashes; an unknown one is an error with its line.
 */
final class ConfigFile {
  private static final Set<String> NO_KEYS = Set.of("config", "print-config", "help", "version");

  private ConfigFile() {}

  static String[] expand(CommandLine root, String[] arguments, Map<String, String> environment)
      throws IOException {
    var command = root;
    int depth = 0;
    while (depth < arguments.length) {
      var next = command.getSubcommands().get(arguments[depth]);
      if (next == null) break;
      command = next;
      depth++;
    }
    var typed = List.of(arguments).subList(depth, arguments.length);
    var added = new ArrayList<String>();
    var file = configFile(typed);
    if (file == null && command.getCommandSpec().findOption("--config") != null)
      file = environment.get("L7_CONFIG");
    if (file != null) fromFile(command, Path.of(file), typed, environment, added);
    fromEnvironment(command, typed, environment, added);
    if (added.isEmpty()) return arguments;
    var all = new ArrayList<>(Arrays.asList(arguments).subList(0, depth));
    all.addAll(added);
    all.addAll(typed);
    return all.toArray(String[]::new);
  }

  private static @org.jspecify.annotations.Nullable String configFile(List<String> typed) {
    for (int i = 0; i < typed.size(); i++) {
      if (typed.get(i).equals("--config") && i + 1 < typed.size()) return typed.get(i + 1);
      if (typed.get(i).startsWith("--config=")) return typed.get(i).substring("--config=".length());
    }
    return null;
  }

  private static void fromFile(
      CommandLine command,
      Path file,
      List<String> typed,
      Map<String, String> environment,
      List<String> added)
      throws IOException {
    TomlParseResult toml = Toml.parse(TextFile.text(file));
    if (toml.hasErrors()) {
      var error = toml.errors().getFirst();
      throw new ParameterException(
          command, file + ":" + error.position().line() + ": " + error.getMessage());
    }
    for (var key : toml.keySet()) {
      var option = command.getCommandSpec().findOption(key);
      if (option == null || NO_KEYS.contains(key(option))) {
        var position = toml.inputPositionOf(List.of(key));
        throw new ParameterException(
            command,
            file
                + ":"
                + (position == null ? 1 : position.line())
                + ": unknown key '"
                + key
                + "'; keys are the options of '"
                + command.getCommandSpec().qualifiedName()
                + "' without dashes");
      }
      if (isTyped(option, typed) || environment.containsKey(variable(option))) continue;
      add(option, toml.get(List.of(key)), added);
    }
  }

  private static void fromEnvironment(
      CommandLine command,
      List<String> typed,
      Map<String, String> environment,
      List<String> added) {
    for (var option : command.getCommandSpec().options()) {
      var value = environment.get(variable(option));
      if (value == null || NO_KEYS.contains(key(option)) || isTyped(option, typed)) continue;
      if (option.isMultiValue()) {
        for (var one : value.split(",", -1)) added.add(option.longestName() + "=" + one);
      } else if (value.equals("true")) {
        added.add(option.longestName());
      } else if (!value.equals("false")) {
        add(option, value, added);
      }
    }
  }

  /** The option's name without its dashes. */
  static String key(OptionSpec option) {
    var name = option.longestName();
    int dashes = 0;
    while (dashes < name.length() && name.charAt(dashes) == '-') dashes++;
    return name.substring(dashes);
  }

  private static String variable(OptionSpec option) {
    return "L7_" + key(option).replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private static boolean isTyped(OptionSpec option, List<String> typed) {
    return typed.stream()
        .anyMatch(
            word ->
                Arrays.stream(option.names())
                    .anyMatch(name -> word.equals(name) || word.startsWith(name + "=")));
  }

  private static void add(
      OptionSpec option, @org.jspecify.annotations.Nullable Object value, List<String> added) {
    var name = option.longestName();
    switch (value) {
      case TomlArray array -> array.toList().forEach(one -> added.add(name + "=" + one));
      case Boolean on -> {
        if (on) added.add(name);
      }
      case null -> {}
      default -> added.add(name + "=" + value);
    }
  }
}
