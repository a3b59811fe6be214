package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import io.l7.dns.update.UpdatePolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A secondary's copy outlives its process, its primary's absence, and not its expiry. */
@Timeout(60)
class KeptSecondaryTest {
  private static final Name TEST = Name.parse("test.");

  @TempDir Path folder;
  private final VirtualTime time = new VirtualTime();
  private Path copy = Path.of("");

  @BeforeEach
  void paths() throws IOException {
    copy = Files.createDirectory(folder.resolve("copies")).resolve("test.zone");
  }

  private Served primary(String text) throws IOException {
    return new Served(
        Served.open("test.", Served.file(folder, "test.", text), Optional.empty()), time);
  }

  private Served secondary(Endpoint primary) throws IOException {
    return new Served(
        new HostedZones.Options(
            List.of(),
            List.of(new HostedZones.SecondarySource(TEST, List.of(primary), Optional.of(copy))),
            List.of(Served.KEY),
            UpdatePolicy.none(),
            new AccessList(List.of(), Set.of()),
            Optional.of(Served.KEY),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty()),
        time);
  }

  /** An address where nothing listens. */
  private static Endpoint nobody() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Endpoint("127.0.0.1", socket.getLocalPort());
    }
  }

  private static String state(Served served) throws IOException {
    var reply = served.ask("test.", "SOA");
    return reply.rcode().equals(Rcode.NOERROR)
        ? "serial " + Soa.of(reply.answer().getFirst().rdata()).serial()
        : reply.rcode().toString();
  }

  /** Waits for what other threads do at this moment of virtual time. */
  private static void becomes(Served served, String state) throws IOException {
    for (int i = 0; i < 2_000 && !state(served).equals(state); i++) {
      LockSupport.parkNanos(5_000_000);
    }
    assertThat(state(served)).isEqualTo(state);
  }

  private static void add(Served primary, String host) {
    var record =
        ResourceRecord.of(Name.parse(host), RRType.A, 60, Rdata.of(new byte[] {10, 0, 0, 1}));
    primary.zones.primary(TEST).orElseThrow().writer().change(edit -> edit.add(record));
  }

  @Test
  @Spec("RFC 1034 §4.3.5")
  void theLastVersionIsServedWithoutThePrimaryUntilItExpires() throws IOException {
    try (var primary = primary("www A 192.0.2.80\n");
        var secondary = secondary(primary.endpoint())) {
      becomes(secondary, "serial 7");
      add(primary, "new.test.");
      time.advance(Duration.ofHours(1)); // the refresh of the SOA
      becomes(secondary, "serial 8");
    }
    time.advance(Duration.ofHours(12));
    try (var alone = secondary(nobody())) {
      assertThat(state(alone)).as("from its file and journal").isEqualTo("serial 8");
      assertThat(alone.ask("new.test.", "A").answer()).hasSize(1);
      time.advance(Duration.ofHours(13));
      becomes(alone, "SERVFAIL");
    }
    try (var later = secondary(nobody())) {
      assertThat(state(later)).as("an expired copy is not served again").isEqualTo("SERVFAIL");
    }
    try (var primary = primary(""); // with its journal: serial 8
        var again = secondary(primary.endpoint())) {
      becomes(again, "serial 8");
    }
  }

  private Duration silence() throws IOException {
    return Duration.between(Files.getLastModifiedTime(copy).toInstant(), time.now());
  }

  @Test
  void aConfirmationKeepsTheCopyAliveWithoutATransfer() throws IOException {
    try (var primary = primary("");
        var secondary = secondary(primary.endpoint())) {
      becomes(secondary, "serial 7");
      for (int hour = 0; hour < 30; hour++) {
        time.advance(Duration.ofHours(1));
        // a look that was noted too late for its hour comes in the next one
        for (int i = 0; i < 40 && silence().toHours() >= 2; i++) {
          LockSupport.parkNanos(5_000_000);
        }
      }
    }
    try (var alone = secondary(nobody())) {
      assertThat(state(alone)).isEqualTo("serial 7");
    }
  }

  @Test
  void aDamagedCopyIsFetchedAnew() throws IOException {
    Files.writeString(copy, "@ SOA nonsense\n");
    try (var primary = primary("");
        var secondary = secondary(primary.endpoint())) {
      becomes(secondary, "serial 7");
    }
  }
}
