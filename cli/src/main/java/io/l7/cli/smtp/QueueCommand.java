package io.l7.cli.smtp;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.smtp.control.QueueAccess;
import io.l7.smtp.store.StoreLayout;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code l7 smtp queue}: mails that are not delivered yet, of a running server or of a store alone.
 */
@Command(
    mixinStandardHelpOptions = true,
    name = "queue",
    description = "Look at the queue and change it, while the server runs or not.",
    subcommands = {
      QueueCommand.ListAll.class,
      QueueCommand.Show.class,
      QueueCommand.Retry.class,
      QueueCommand.Hold.class,
      QueueCommand.Release.class,
      QueueCommand.Delete.class
    })
final class QueueCommand {
  private QueueCommand() {}

  /** What the commands have in common. */
  abstract static class One extends L7Command {
    @Option(names = "--store", required = true, paramLabel = "DIR", description = "The store.")
    private Path store = Path.of("mail");

    @Parameters(arity = "0..1", paramLabel = "ID", description = "One mail; without it all.")
    private @Nullable String id;

    private final String command;

    One(String command) {
      this.command = command;
    }

    @Override
    protected int run() throws Exception {
      if (id == null && command.equals("show")) {
        throw usage("Missing required parameter: 'ID'");
      }
      var layout = new StoreLayout(store.toAbsolutePath());
      var answer = QueueAccess.command(layout, command, Optional.ofNullable(id));
      var error = answer.at("error");
      if (!error.isNull()) {
        throw failure("queue " + command, error.text());
      }
      var mails = answer.at("mails");
      if (json()) {
        out().println(mails.isNull() ? answer : command.equals("show") ? first(mails) : mails);
      } else if (mails.isNull()) {
        var count = answer.at("count").toString();
        out().println(count + (count.equals("1") ? " mail" : " mails"));
      } else {
        items(mails).forEach(mail -> print(mail, out()));
      }
      return 0;
    }

    private static List<Json> items(Json array) {
      return array instanceof Json.Arr(var elements) ? elements : List.of();
    }

    private static Json first(Json array) {
      return items(array).getFirst();
    }

    private static void print(Json mail, PrintWriter out) {
      var held = mail.at("held").isTrue() ? " held" : "";
      out.println(
          mail.at("id").text()
              + " "
              + mail.at("arrived").text()
              + " "
              + mail.at("size")
              + " "
              + mail.at("from").text()
              + held);
      for (var r : items(mail.at("recipients"))) {
        var next = r.at("next").isNull() ? "" : ", next " + r.at("next").text();
        var address = r.at("address").text();
        var target = r.at("target").text(); // where an alias or a catch-all has sent it
        out.println(
            "    "
                + address
                + (target.equals(address) ? "" : " -> " + target)
                + " "
                + r.at("status").text()
                + next);
        if (!r.at("reason").text().isEmpty()) {
          out.println("        " + r.at("reason").text());
        }
      }
    }
  }

  @Command(name = "list", description = "List all mails that are not over.")
  static final class ListAll extends One {
    ListAll() {
      super("list");
    }
  }

  @Command(name = "show", description = "Show one mail: why it waits, and until when.")
  static final class Show extends One {
    Show() {
      super("show");
    }
  }

  @Command(name = "retry", description = "Try again now.")
  static final class Retry extends One {
    Retry() {
      super("retry");
    }
  }

  @Command(name = "hold", description = "Stop until released.")
  static final class Hold extends One {
    Hold() {
      super("hold");
    }
  }

  @Command(name = "release", description = "Let go again, now.")
  static final class Release extends One {
    Release() {
      super("release");
    }
  }

  @Command(name = "delete", description = "Throw away, without a report to the sender.")
  static final class Delete extends One {
    Delete() {
      super("delete");
    }
  }
}
