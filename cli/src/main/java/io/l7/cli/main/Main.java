package io.l7.cli.main;

import io.l7.cli.Described;
import io.l7.cli.Errors;
import io.l7.cli.Invocation;
import io.l7.cli.L7Command;
import io.l7.cli.StandardOutput;
import io.l7.cli.bt.BtCommand;
import io.l7.cli.dash.DashCommand;
import io.l7.cli.dns.DnsCommand;
import io.l7.cli.http.HttpCommand;
import io.l7.cli.lab.LabCommand;
import io.l7.cli.smtp.SmtpCommand;
import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.units.Units;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code l7 GROUP COMMAND …}. Only the group that is called is built: starting must feel instant.
 */
public final class Main implements Runnable, Invocation {

  private static Map<String, Supplier<Object>> groups() {
    var groups = new LinkedHashMap<String, Supplier<Object>>();
    groups.put("lab", LabCommand::new);
    groups.put("http", HttpCommand::new);
    groups.put("dns", DnsCommand::new);
    groups.put("smtp", SmtpCommand::new);
    groups.put("bt", BtCommand::new);
    groups.put("dash", DashCommand::new);
    groups.put("completion", CompletionCommand::new);
    groups.put("selftest", SelfTestCommand::new);
    return groups;
  }

  private static final String NUMBER = "is not an? (int|long)$";
  private static final Pattern CHOICE =
      Pattern.compile("expected one of \\[(.*)\\] \\(case-.*\\) but was ('.*')$");
  private static final Set<String> VERSION = Set.of("-V", "--version");

  private final CommandSpec spec;

  private final String[] arguments;

  private Main(String[] arguments) {
    this.arguments = arguments;
    this.spec = Described.withHelp(CommandSpec.wrapWithoutInspection(this).name("l7"));
    spec.usageMessage()
        .description(
            "The application layer of the Internet: SMTP, DNS, HTTP, BitTorrent, DASH, and a lab of"
                + " them all.")
        .footer("", "See 'l7 GROUP --help' and 'l7 GROUP COMMAND --help'.");
  }

  /** Runs one command and ends the process with its status. */
  public static void main(String[] arguments) {
    // What is printed and written is read by programs: in Arabic digits it would mean nothing to
    // them.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    var standard = StandardOutput.install();
    var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int status = run(arguments, out, err);
    out.flush();
    if (standard.failed()) {
      standard.complaint().ifPresent(complaint -> err.println("l7: " + complaint));
      status = Math.max(status, 1);
    }
    err.flush();
    Exit.with(status);
  }

  /** Runs one command and returns its exit status. */
  public static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    if (arguments.length > 1) {
      if (arguments[0].equals("bt")) meanwhile(BtCommand::prepare);
      if (arguments[1].equals("serve")) meanwhile(Network::prepare);
    }
    var line = commandLine(arguments);
    line.setOut(out);
    line.setErr(err);
    try {
      return line.execute(ConfigFile.expand(line, arguments, System.getenv()));
    } catch (ParameterException e) {
      return wrongUsage(e, arguments);
    } catch (Exception e) {
      err.println("l7: " + Errors.line(e));
      return 1;
    }
  }

  /** While the command line is read, which takes longer. */
  private static void meanwhile(Runnable preparation) {
    Thread.ofPlatform().name("prepare").daemon().start(preparation);
  }

  @Override
  public Object readAgain() throws IOException {
    var line = commandLine(arguments);
    var parsed = line.parseArgs(ConfigFile.expand(line, arguments, System.getenv()));
    while (parsed.hasSubcommand()) parsed = parsed.subcommand();
    return parsed.commandSpec().userObject();
  }

  private static CommandLine commandLine(String[] arguments) {
    return commandLine(arguments.length > 0 ? arguments[0] : "", arguments);
  }

  /**
   * The whole tree of commands, or only the group named {@code called} where there is one; none of
   * it for the version.
   */
  static CommandLine commandLine(String called, String... arguments) {
    var line = new CommandLine(new Main(arguments).spec);
    var groups = groups();
    boolean all = !groups.containsKey(called) && !VERSION.contains(called);
    groups.forEach(
        (name, group) -> {
          if (all || name.equals(called))
            line.addSubcommand(name, group(name, group.get(), arguments));
        });
    tellVersion(line);
    // picocli's own goes by reflection, for which the JVM makes classes.
    line.registerConverter(Path.class, text -> converted(Path::of, text));
    line.registerConverter(Endpoint.class, text -> converted(Endpoint::parse, text));
    line.registerConverter(Cidr.class, text -> converted(Cidr::parse, text));
    line.registerConverter(Duration.class, text -> converted(Units::parseDuration, text));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    // An argument that begins with @ is a command's own: a resolver, a file to send.
    line.setExpandAtFiles(false);
    line.setExecutionStrategy(new PrintedConfig());
    line.setParameterExceptionHandler(Main::wrongUsage);
    line.setExecutionExceptionHandler(Main::failed);
    return line;
  }

  /** Of a group the one command that is called, where one is: reading all of them takes longer. */
  private static CommandLine group(String name, Object group, String[] arguments) {
    var called = arguments.length < 2 ? "" : arguments[1];
    Map<String, Supplier<CommandSpec>> described =
        group instanceof Described some ? some.described() : Map.of();
    var one = described.get(called);
    if (one != null) return alone(name, called, new CommandLine(one.get()));
    var annotation = group.getClass().getAnnotation(Command.class);
    if (annotation != null) {
      for (var command : annotation.subcommands()) {
        if (command.getAnnotation(Command.class).name().equals(called))
          return alone(name, called, new CommandLine(command));
      }
    }
    var line = new CommandLine(group);
    described.forEach((each, spec) -> line.addSubcommand(each, spec.get()));
    return line;
  }

  private static CommandLine alone(String group, String name, CommandLine command) {
    var spec = Described.withHelp(CommandSpec.create().name(group));
    return new CommandLine(spec).addSubcommand(name, command);
  }

  private static void tellVersion(CommandLine line) {
    line.getCommandSpec().versionProvider(new Version());
    line.getSubcommands().values().forEach(Main::tellVersion);
  }

  /** What a parser says of a bad value is for the user as it is. */
  private static <T> T converted(Function<String, T> parser, String text) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  /** The parser's words for types of Java, in those of who types. */
  private static String plain(ParameterException error) {
    String text = String.valueOf(error.getMessage()).replaceFirst(NUMBER, "is not a whole number");
    var choice = CHOICE.matcher(text);
    return choice.find()
        ? choice.replaceFirst("$2 is none of " + choice.group(1).toLowerCase(Locale.ROOT))
        : text;
  }

  private static int wrongUsage(ParameterException error, String[] arguments) {
    var command = error.getCommandLine();
    var err = command.getErr();
    err.println("l7: " + Errors.line(new IllegalArgumentException(plain(error))));
    err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return 2;
  }

  private static int failed(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
    if (error instanceof ParameterException wrong) return wrongUsage(wrong, new String[0]);
    command.getOut().flush();
    if (error instanceof StandardOutput.Failed) return 1; // told once all has been tried
    command.getErr().println("l7: " + Errors.line(error));
    if (command.getCommand() instanceof L7Command l7 && l7.debug())
      command.getErr().print(Traces.of(error));
    return 1;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which command? One of lab, http, dns, smtp, bt, dash, completion");
  }

  /** The version of this build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"l7 " + (version == null ? "development" : version)};
    }
  }

  /** The specification of all commands, for completion. */
  static CommandSpec everything() {
    return commandLine("").getCommandSpec();
  }
}
