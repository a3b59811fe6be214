package io.l7.cli.smtp;

import io.l7.cli.L7Command;
import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import io.l7.smtp.mailbox.MailboxVerifier;
import io.l7.smtp.mailbox.Maildirs;
import io.l7.smtp.store.StoreLayout;
import io.l7.smtp.store.StoreVerifier;
import io.l7.smtp.store.StoreVerifier.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code l7 smtp verify-store}: is everything that was accepted sound? */
@Command(
    name = "verify-store",
    description = "Check every accepted mail; exit 1 and name what is damaged.")
final class VerifyStoreCommand extends L7Command {
  @Option(names = "--store", required = true, paramLabel = "DIR", description = "The store.")
  private Path store = Path.of("mail");

  @Override
  protected int run() throws Exception {
    var layout = new StoreLayout(store.toAbsolutePath());
    if (!Files.isDirectory(layout.log())) {
      throw failure(store.toString(), "no mail store");
    }
    var log = new StoreVerifier(Disk.real(), layout).verify();
    var boxes = MailboxVerifier.verify(new Maildirs(layout.mailboxes()));
    var problems = new ArrayList<>(log.problems());
    problems.addAll(boxes.problems());
    if (json()) {
      out()
          .println(
              Json.object()
                  .put("records", log.records())
                  .put("waiting", log.waiting())
                  .put("delivered", boxes.mails())
                  .put("damaged", problems.stream().map(VerifyStoreCommand::json).toList())
                  .build());
    } else {
      problems.forEach(p -> out().println("damaged " + p.file() + ": " + p.what()));
      out()
          .println(
              "%d records, %d mails waiting, %d in mailboxes, %d damaged"
                  .formatted(log.records(), log.waiting(), boxes.mails(), problems.size()));
    }
    return problems.isEmpty() ? 0 : 1;
  }

  private static Json json(Problem problem) {
    return Json.object().put("file", problem.file().toString()).put("what", problem.what()).build();
  }
}
