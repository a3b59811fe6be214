package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.dns.zone.ZoneCheck;
import io.l7.dns.zone.ZoneFault;
import io.l7.dns.zone.ZoneLimits;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns zone check}: one line a finding, {@code FILE:LINE: WHAT}. */
@Command(
    name = "check",
    description = "Look a zone file over; print one line a finding, exit 1 if there is one.")
final class ZoneCheckCommand extends L7Command {
  @Parameters(paramLabel = "NAME=FILE", description = "The zone's name and its master file.")
  private String zone = "";

  @Option(
      names = "--clock",
      paramLabel = "EPOCH",
      description = "Check signatures at this time, in seconds since 1970, instead of now.")
  private @Nullable Long clock;

  @Override
  protected int run() throws Exception {
    var argument = typed(() -> ZoneArgument.parse(zone));
    Instant now = clock == null ? Instant.now() : Instant.ofEpochSecond(clock);
    List<ZoneFault> faults =
        ZoneCheck.check(argument.file(), argument.name(), ZoneLimits.defaults(), now);
    for (ZoneFault fault : faults) {
      if (json()) {
        out()
            .println(
                Json.object()
                    .put("file", fault.file().toString())
                    .put("line", fault.line())
                    .put("what", fault.what()));
      } else {
        out().println(fault);
      }
    }
    return faults.isEmpty() ? 0 : 1;
  }
}
