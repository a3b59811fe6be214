package io.l7.cli.smtp;

import io.l7.cli.L7Command;
import io.l7.cli.Plain;
import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import io.l7.smtp.address.Domains;
import io.l7.smtp.tlsrpt.Counted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 smtp tls-report}: what is counted for reports of TLS. */
@Command(
    mixinStandardHelpOptions = true,
    name = "tls-report",
    description = "Look at what is counted for reports of TLS.",
    subcommands = TlsReportCommand.Show.class)
final class TlsReportCommand {
  private TlsReportCommand() {}

  /** All of it, or one domain. */
  @Command(
      name = "show",
      description =
          "Show what is counted and not yet reported, by day and domain; with --json as reports"
              + " have it.")
  static final class Show extends L7Command {
    @Option(names = "--store", required = true, paramLabel = "DIR", description = "The store.")
    private Path store = Path.of("mail");

    @Parameters(arity = "0..1", paramLabel = "DOMAIN", description = "One domain; without it all.")
    private @Nullable String domain;

    @Override
    protected int run() throws Exception {
      var folder = store.toAbsolutePath().resolve(Counted.FOLDER);
      if (!Files.isDirectory(folder)) {
        throw failure(store.toString(), "nothing is counted there; serve --tls-report does it");
      }
      var all = Counted.read(Disk.real(), folder).stream().filter(this::isMeant).toList();
      if (json()) {
        out().println(Json.array(all.stream().map(Show::json).toList()));
      } else {
        all.forEach(this::print);
      }
      if (all.isEmpty() && domain != null) {
        throw failure(domain, "nothing is counted of it");
      }
      return 0;
    }

    private boolean isMeant(Counted one) {
      return domain == null || one.domain().equals(Domains.canonical(domain));
    }

    private static Json json(Counted one) {
      return Json.object()
          .put("day", one.day())
          .put("domain", one.domain())
          .put("sent", one.sent())
          .put("policies", one.policies())
          .build();
    }

    private void print(Counted one) {
      out().println(one.day() + " " + one.domain());
      one.sent().forEach(to -> out().println("  sent to " + Plain.text(to)));
      for (var policy : one.policies().elements()) {
        var about = policy.at("policy");
        var summary = policy.at("summary");
        out()
            .println(
                "  %s %s: %s successful, %s failed"
                    .formatted(
                        about.at("policy-type").text(),
                        about.at("policy-domain").text(),
                        summary.at("total-successful-session-count"),
                        summary.at("total-failure-session-count")));
        policy.at("failure-details").elements().forEach(this::printFailure);
      }
    }

    private void printFailure(Json failure) {
      var words =
          List.of("receiving-mx-hostname", "receiving-ip", "failure-reason-code").stream()
              .map(failure::at)
              .filter(value -> !value.isNull())
              .map(Json::text)
              .toList();
      out()
          .println(
              Plain.text(
                  "    %s %s %s"
                      .formatted(
                          failure.at("failed-session-count"),
                          failure.at("result-type").text(),
                          String.join(" ", words))));
    }
  }
}
