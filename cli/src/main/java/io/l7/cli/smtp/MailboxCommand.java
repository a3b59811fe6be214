package io.l7.cli.smtp;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.common.units.Units;
import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.mailbox.MailboxReader;
import io.l7.smtp.mailbox.Maildirs;
import io.l7.smtp.mailbox.StoredMail;
import io.l7.smtp.store.StoreLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 smtp mailbox}: what users got. */
@Command(
    mixinStandardHelpOptions = true,
    name = "mailbox",
    description = "Read a user's mailbox.",
    subcommands = {
      MailboxCommand.ListAll.class,
      MailboxCommand.Cat.class,
      MailboxCommand.Wait.class
    })
final class MailboxCommand {
  private MailboxCommand() {}

  /** What the commands have in common. */
  abstract static class One extends L7Command {
    @Option(names = "--store", required = true, paramLabel = "DIR", description = "The store.")
    private Path store = Path.of("mail");

    @Option(
        names = "--user",
        required = true,
        paramLabel = "ADDRESS",
        description = "bob@hamburger.edu; the domain may be left out when there is only one.")
    private String user = "";

    /** The mailbox in a store that is there; one may wait for a store, but not look into none. */
    final MailboxReader present() throws IOException {
      if (!Files.isDirectory(store)) {
        throw failure(store.toString(), "no mail store is there");
      }
      return mailbox();
    }

    final MailboxReader mailbox() throws IOException {
      var maildirs = new Maildirs(new StoreLayout(store.toAbsolutePath()).mailboxes());
      var name = user.contains("@") ? user : user + "@" + only(maildirs);
      try {
        return MailboxReader.of(maildirs, Mailbox.parse(name).canonical());
      } catch (AddressSyntaxException e) {
        throw usage("--user " + user + ": " + e.getMessage());
      }
    }

    private String only(Maildirs maildirs) throws IOException {
      if (Files.isDirectory(maildirs.root())) {
        try (var domains = Files.list(maildirs.root())) {
          var names = domains.map(d -> String.valueOf(d.getFileName())).toList();
          if (names.size() == 1) {
            return names.getFirst();
          }
        }
      }
      throw usage("--user: say which domain, as in " + user + "@hamburger.edu");
    }

    final void print(List<StoredMail> mails) {
      if (json()) {
        out().println(Json.array(mails.stream().map(One::json).toList()));
        return;
      }
      for (var m : mails) {
        out()
            .println(
                "%d %s %d %s  %s  %s"
                    .formatted(
                        m.uid(),
                        m.id(),
                        m.size(),
                        m.arrived(),
                        m.field("From"),
                        m.field("Subject")));
      }
    }

    static Json json(StoredMail m) {
      return Json.object()
          .put("uid", m.uid())
          .put("id", m.id())
          .put("size", m.size())
          .put("arrived", m.arrived())
          .put("seen", m.seen())
          .put("returnPath", m.field("Return-Path"))
          .put("deliveredTo", m.field("Delivered-To"))
          .put("from", m.field("From"))
          .put("to", m.field("To"))
          .put("date", m.field("Date"))
          .put("subject", m.field("Subject"))
          .put("messageId", m.field("Message-ID"))
          .put("file", m.file().toString())
          .build();
    }
  }

  @Command(name = "list", description = "List the mails: number, id, size, time, from, subject.")
  static final class ListAll extends One {
    @Override
    protected int run() throws Exception {
      print(present().list());
      return 0;
    }
  }

  @Command(name = "cat", description = "Print a mail as it is, the newest without an ID.")
  static final class Cat extends One {
    @Parameters(arity = "0..1", paramLabel = "ID", description = "Its number or its id.")
    private String id = "";

    @Override
    protected int run() throws Exception {
      var mailbox = present();
      var all = mailbox.list();
      if (all.isEmpty()) {
        throw failure("mailbox", "it is empty");
      }
      var mail =
          id.isEmpty()
              ? all.getLast()
              : mailbox.find(id).orElseThrow(() -> failure("mailbox", "no mail " + id));
      var octets = mailbox.read(mail);
      if (json()) {
        var text = new String(octets, StandardCharsets.UTF_8);
        out().println(Json.object().put("mail", json(mail)).put("content", text).build());
      } else {
        octets().write(octets); // not characters: as they are in the file
      }
      return 0;
    }
  }

  @Command(name = "wait", description = "Wait until there is mail, then list it.")
  static final class Wait extends One {
    @Option(
        names = "--count",
        paramLabel = "N",
        description = "How many mails to wait for (default 1).")
    private int count = 1;

    @Option(
        names = "--timeout",
        paramLabel = "TIME",
        description = "How long to wait (default 30s); then the exit status is 1.")
    private Duration timeout = Duration.ofSeconds(30);

    @Parameters(arity = "0..1", paramLabel = "ID", description = "A mail to wait for, by its id.")
    private String id = "";

    @Override
    protected int run() throws Exception {
      var mailbox = mailbox();
      if (!id.isEmpty()) {
        return waitForOne(mailbox);
      }
      var mails = mailbox.await(count, timeout);
      print(mails);
      if (mails.size() < count) {
        throw failure(
            "mailbox", mails.size() + " of " + count + " mails after " + Units.duration(timeout));
      }
      return 0;
    }

    private int waitForOne(MailboxReader mailbox) throws IOException {
      var end = System.nanoTime() + timeout.toNanos();
      var seen = 0;
      while (true) {
        var found = mailbox.find(id);
        if (found.isPresent()) {
          print(List.of(found.get()));
          return 0;
        }
        var left = end - System.nanoTime();
        if (left <= 0) {
          throw failure("mailbox", "no mail " + id + " after " + Units.duration(timeout));
        }
        seen = mailbox.await(seen + 1, Duration.ofNanos(left)).size();
      }
    }
  }
}
