package io.l7.cli.smtp;

import io.l7.cli.L7Command;
import io.l7.cli.Passwords;
import io.l7.common.json.Json;
import io.l7.smtp.auth.UsersFile;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 smtp user}: who has a mailbox. */
@Command(
    mixinStandardHelpOptions = true,
    name = "user",
    description = "Manage the users file.",
    subcommands = {UserCommand.Add.class, UserCommand.Remove.class, UserCommand.ListAll.class})
final class UserCommand {
  private UserCommand() {}

  @Command(
      name = "add",
      description = "Add a user or set the password, read from the terminal or standard input.")
  static final class Add extends L7Command {
    @Option(names = "--users", required = true, paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("users");

    @Parameters(paramLabel = "NAME", description = "bob@hamburger.edu")
    private String name = "";

    @Override
    protected int run() throws Exception {
      try {
        UsersFile.add(file, name, Passwords.read("Password for " + name).toCharArray());
      } catch (IllegalArgumentException e) {
        throw usage(name + ": " + e.getMessage());
      }
      return 0;
    }
  }

  @Command(name = "remove", description = "Remove a user; the mailbox stays.")
  static final class Remove extends L7Command {
    @Option(names = "--users", required = true, paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("users");

    @Parameters(paramLabel = "NAME", description = "bob@hamburger.edu")
    private String name = "";

    @Override
    protected int run() throws Exception {
      if (!UsersFile.remove(file, name)) {
        throw failure(name, "no such user in " + file);
      }
      return 0;
    }
  }

  @Command(name = "list", description = "List the users.")
  static final class ListAll extends L7Command {
    @Option(names = "--users", required = true, paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("users");

    @Override
    protected int run() throws Exception {
      if (!Files.exists(file)) {
        throw failure(file.toString(), "no such file");
      }
      var names = UsersFile.list(file);
      if (json()) {
        out().println(Json.array(names));
      } else {
        names.forEach(out()::println);
      }
      return 0;
    }
  }
}
