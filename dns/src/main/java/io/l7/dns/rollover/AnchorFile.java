package io.l7.dns.rollover;

import io.l7.common.disk.Disk;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.rollover.TrackedKey.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the state of a trust point survives restarts and power cuts: a DNSKEY record a line, with
 * state and time behind {@code ;;}, much as Unbound writes it.
 */
public final class AnchorFile {
  private static final int MOST_OCTETS = 64 * 1024;
  private static final long TTL = 86_400;
  private static final Pattern STATE =
      Pattern.compile(";;state=([A-Z_]+) ;;lastchange=(\\d+)\\s*$");

  private final Disk disk;
  private final Path file;

  public AnchorFile(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
  }

  /** What was written last; empty when nothing was. */
  public Optional<List<TrackedKey>> read() throws IOException {
    if (!disk.exists(file)) {
      return Optional.empty();
    }
    String text = new String(disk.readAll(file, MOST_OCTETS), StandardCharsets.UTF_8);
    var keys = new ArrayList<TrackedKey>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith(";")) {
        continue;
      }
      Matcher state = STATE.matcher(line);
      try {
        if (!state.find()) {
          throw new IllegalArgumentException("no state");
        }
        ResourceRecord record =
            RecordText.parseRecord(line.substring(0, line.indexOf(';')).trim(), Name.ROOT, TTL);
        keys.add(
            new TrackedKey(
                new Dnskey(record.rdata()),
                State.valueOf(state.group(1)),
                Long.parseLong(state.group(2))));
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ":" + number + ": " + e.getMessage(), e);
      }
    }
    return Optional.of(keys);
  }

  /** Replaces what was there; durable when it returns. */
  public void write(TrustPoint point) throws IOException {
    var text = new StringBuilder("; trust anchors kept by RFC 5011; changed by the server\n");
    for (TrackedKey tracked : point.keys()) {
      text.append(ResourceRecord.of(point.zone(), RRType.DNSKEY, TTL, tracked.key().rdata()))
          .append(" ;;state=")
          .append(tracked.state())
          .append(" ;;lastchange=")
          .append(tracked.since())
          .append('\n');
    }
    disk.replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
