package io.l7.cli.http;

import io.l7.cli.L7Command;
import io.l7.cli.Passwords;
import io.l7.http.guard.PasswordFile;
import io.l7.http.guard.PasswordHash;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 http user}: the file of {@code --basic-auth}. */
@Command(
    mixinStandardHelpOptions = true,
    name = "user",
    description = "Manage the password file of --basic-auth.",
    subcommands = {UserCommand.Add.class, UserCommand.Remove.class, UserCommand.Names.class})
final class UserCommand {
  abstract static class OnFile extends L7Command {
    @Option(names = "--users", required = true, paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    Path file() {
      return file;
    }
  }

  @Command(
      name = "add",
      description = "Add a user or change a password (asked for, or from standard input).")
  static final class Add extends OnFile {
    @Parameters(paramLabel = "NAME", description = "Who.")
    private String name = "";

    @Override
    protected int run() throws IOException {
      if (!PasswordFile.isName(name)) {
        throw usage("a name is not empty, begins with no # and has neither colon nor control");
      }
      PasswordFile.put(file(), name, PasswordHash.of(Passwords.read("password for " + name)));
      return 0;
    }
  }

  @Command(name = "remove", description = "Remove a user.")
  static final class Remove extends OnFile {
    @Parameters(paramLabel = "NAME", description = "Who.")
    private String name = "";

    @Override
    protected int run() throws IOException {
      if (!PasswordFile.remove(file(), name)) {
        throw failure("user " + name, "not in the file");
      }
      return 0;
    }
  }

  @Command(name = "list", description = "List the users.")
  static final class Names extends OnFile {
    @Override
    protected int run() throws IOException {
      PasswordFile.read(file()).keySet().forEach(out()::println);
      return 0;
    }
  }
}
