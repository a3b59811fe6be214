package io.l7.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DaemonTest {
  private static final InetSocketAddress HERE =
      new InetSocketAddress(InetAddress.ofLiteral("::1"), 53);

  private final StringWriter out = new StringWriter();
  private final Daemon daemon = new Daemon(new PrintWriter(out), Duration.ofSeconds(1));

  @Test
  void nothingIsSaidToBeReadyBeforeASignalIsHeeded() {
    daemon.ready("dns", HERE);
    assertThat(out.toString()).isEmpty();
    try (daemon) {
      daemon.open();
      assertThat(out).hasToString("ready dns [::1]:53\n");
    }
  }

  @Test
  void aHangUpBeforeAllIsReadyReloadsThen() {
    List<String> done = new ArrayList<>();
    daemon.hangUp();
    daemon.onReload(() -> done.add("reloaded"));
    daemon.hangUp();
    assertThat(done).isEmpty();
    try (daemon) {
      daemon.open();
      assertThat(done).as("both are one").containsExactly("reloaded");
      daemon.hangUp();
      assertThat(done).hasSize(2);
    }
  }

  @Test
  void whatWasAddedLastStopsFirst() throws Exception {
    List<String> stopped = new ArrayList<>();
    daemon.onStop(limit -> stopped.add("log"));
    daemon.onStop(limit -> stopped.add("server"));
    daemon.end();
    assertThat(daemon.await()).isZero();
    assertThat(stopped).containsExactly("server", "log");
  }
}
