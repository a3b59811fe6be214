package io.l7.cli;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A group of which some commands say in code what they take. The JVM makes a class for each kind of
 * annotation that is read, and others to call it: a twentieth of a second, as long as a command may
 * work that answers once.
 */
public interface Described {
  /** Its commands that are described in code, by name. */
  Map<String, Supplier<CommandSpec>> described();

  /** Adds {@code --help} and {@code --version}, as picocli's own. */
  static CommandSpec withHelp(CommandSpec spec) {
    return spec.addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help message and exit.")
                .build())
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print version information and exit.")
                .build());
  }

  /**
   * Where the value of an option or parameter is kept.
   *
   * @param reader tells it
   * @param writer takes a new one, which picocli has made of the option's type
   */
  record Field<T>(Supplier<T> reader, Consumer<T> writer) implements IGetter, ISetter {
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <V> V get() {
      return (V) reader.get();
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <V> V set(V value) {
      var before = (V) reader.get();
      writer.accept((T) value);
      return before;
    }
  }
}
