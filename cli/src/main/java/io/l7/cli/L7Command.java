package io.l7.cli;

import io.l7.common.transcript.Dialogue;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What every command has: results on standard output, everything else on standard error, one line
 * for an error. Exit status: 0 done, 1 the work failed or the answer is no, 2 wrong usage.
 */
@Command(mixinStandardHelpOptions = true)
public abstract class L7Command implements Callable<Integer> {
  /** When to colour. */
  public enum Color {
    auto,
    always,
    never
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "-v",
      description = "Print the dialogue on the wire to standard error, secrets masked.")
  private boolean verbose;

  @Option(names = "--json", description = "Print results as JSON.")
  private boolean json;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = "auto, always or never; NO_COLOR is honoured.")
  private Color color = Color.auto;

  @Option(names = "--debug", description = "Show the stack trace of an error.")
  private boolean debug;

  /** The options of every command, said in code for one that is {@link Described} so. */
  protected final CommandSpec describe(String name, String... description) {
    var described = Described.withHelp(CommandSpec.wrapWithoutInspection(this).name(name));
    described.usageMessage().description(description);
    this.spec = described;
    return described
        .addOption(
            flag("-v", new Described.Field<>(() -> verbose, on -> verbose = on))
                .description("Print the dialogue on the wire to standard error, secrets masked.")
                .build())
        .addOption(
            flag("--json", new Described.Field<>(() -> json, on -> json = on))
                .description("Print results as JSON.")
                .build())
        .addOption(
            option("--color", Color.class, new Described.Field<>(() -> color, c -> color = c))
                .paramLabel("WHEN")
                .description("auto, always or never; NO_COLOR is honoured.")
                .build())
        .addOption(
            flag("--debug", new Described.Field<>(() -> debug, on -> debug = on))
                .description("Show the stack trace of an error.")
                .build());
  }

  private static OptionSpec.Builder flag(String name, Described.Field<Boolean> field) {
    return option(name, boolean.class, field).arity("0");
  }

  private static <T> OptionSpec.Builder option(
      String name, Class<T> type, Described.Field<T> field) {
    return OptionSpec.builder(name).type(type).getter(field).setter(field).hasInitialValue(false);
  }

  /** Does the work and returns the exit status. */
  protected abstract int run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    int status = run();
    out().flush();
    err().flush();
    return status;
  }

  private CommandLine line() {
    return java.util.Objects.requireNonNull(spec).commandLine();
  }

  /**
   * This command as it would be read now, its configuration file included; itself where it was not
   * called from a command line.
   */
  protected final L7Command readAgain() throws IOException {
    return line().getCommandSpec().root().userObject() instanceof Invocation invocation
            && invocation.readAgain() instanceof L7Command fresh
        ? fresh
        : this;
  }

  /** Where results go. */
  protected final PrintWriter out() {
    return line().getOut();
  }

  /** Where results go that are octets, not text; a write that fails is an exception. */
  protected final OutputStream octets() {
    out().flush();
    return StandardOutput.octets();
  }

  /** Where everything else goes. */
  protected final PrintWriter err() {
    return line().getErr();
  }

  /** Whether the dialogue is wanted on standard error. */
  protected final boolean verbose() {
    return verbose;
  }

  /** Whether results are wanted as JSON. */
  protected final boolean json() {
    return json;
  }

  /** Whether stack traces are wanted. */
  public final boolean debug() {
    return debug;
  }

  /** Whether standard output takes colours. */
  protected final boolean colored() {
    return switch (color) {
      case always -> true;
      case never -> false;
      case auto -> !unwanted(System.getenv("NO_COLOR")) && Terminal.present();
    };
  }

  /** As no-color.org has it: any text but none. */
  private static boolean unwanted(@Nullable String noColor) {
    return noColor != null && !noColor.isEmpty();
  }

  /**
   * {@code text} in a style of picocli's ({@code "bold"}, {@code "fg(green)"}), where colours are
   * taken.
   */
  protected final String styled(String style, String text) {
    return colored() ? Ansi.ON.string("@|" + style + " " + text.replace("|@", "| @") + "|@") : text;
  }

  /** The transcript for {@code -v}: a dialogue on standard error, or nothing. */
  protected final Transcript dialogue(Dialogue.Naming naming) {
    if (!verbose) return Transcript.none();
    var err = err();
    return new Dialogue(
        text -> {
          err.println(text);
          err.flush();
        },
        naming);
  }

  /** Ends the command with one line and exit status 1. */
  protected static Failure failure(String what, String why) {
    return new Failure(what, why);
  }

  /** What was typed, as {@code reader} reads it; what that refuses is wrong usage. */
  protected final <T> T typed(Callable<T> reader) throws Exception {
    try {
      return reader.call();
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  /** Ends the command with one line, a pointer to the help, and exit status 2. */
  protected final CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(line(), message);
  }
}
