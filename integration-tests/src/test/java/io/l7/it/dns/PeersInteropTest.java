package io.l7.it.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** BIND, NSD and Knot on the other end of signed transfers and NOTIFY, both ways. */
@Tag("interop")
@Timeout(120)
class PeersInteropTest {
  /** Large enough for several messages; without $GENERATE, which only BIND and we know. */
  private static String zone(int serial) {
    var text = new StringBuilder("$TTL 300\n@ SOA ns1 admin " + serial + " 3600 600 86400 60\n");
    text.append("@ NS ns1\nns1 A 192.0.2.1\n");
    for (int i = 1; i <= 3_000; i++) {
      text.append("h").append(i).append(" A 10.0.0.1\n");
    }
    return text.toString();
  }

  @TempDir Path folder;
  private Path ours = Path.of("");
  private Path theirs = Path.of("");

  @BeforeEach
  void folders() throws IOException {
    ours = Files.createDirectory(folder.resolve("ours"));
    theirs = Files.createDirectory(folder.resolve("theirs"));
    Files.writeString(
        ours.resolve("k.key"),
        "key \"k\" { algorithm hmac-sha256; secret \"" + Peers.SECRET + "\"; };\n");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private String dig(int port, String... question) throws IOException {
    var command =
        new ArrayList<>(
            List.of("dig", "@127.0.0.1", "-p", Integer.toString(port), "+short", "+tries=1"));
    command.addAll(List.of(question));
    return Program.run(folder, command, "").output();
  }

  private void becomes(int port, String name, String expected, Program... running)
      throws IOException {
    for (int i = 0; i < 100 && !dig(port, name, "A").equals(expected); i++) {
      LockSupport.parkNanos(200_000_000);
    }
    assertThat(dig(port, name, "A"))
        .as(() -> List.of(running).stream().map(Program::output).toList().toString())
        .isEqualTo(expected);
  }

  private void update(int port, String change) throws IOException {
    var result =
        Program.run(
            ours,
            List.of("nsupdate", "-k", "k.key"),
            "server 127.0.0.1 " + port + "\nzone test\n" + change + "\nsend\n");
    assertThat(result.status()).as(result.output()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void itIsOurSecondary(Peers peer) throws IOException {
    Program.needs(peer.program, "dig", "nsupdate");
    int port = freePort();
    Files.writeString(ours.resolve("test.zone"), zone(7));
    try (var primary =
        Program.l7(
            ours,
            "dns",
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--zone",
            "test=test.zone",
            "--allow-update",
            "k.key",
            "--allow-transfer",
            "k.key",
            "--notify",
            "127.0.0.1:" + port,
            "--notify-key",
            "k.key",
            "--sign-with",
            "keys")) {
      int at = primary.awaitPort();
      try (var secondary = peer.secondary(theirs, port, at)) {
        becomes(port, "h3000.test", "10.0.0.1\n", primary, secondary);
        update(at, "update add new.test 60 A 192.0.2.99");
        becomes(port, "new.test", "192.0.2.99\n", primary, secondary);
        update(at, "update delete h17.test");
        becomes(port, "h17.test", "", primary, secondary);
      }
    }
  }

  /** Ours, which keeps the zone after the primary on {@code port} in a folder. */
  private Program secondary(int at, int port) throws IOException {
    return Program.l7(
        ours,
        "dns",
        "serve",
        "--listen",
        "127.0.0.1:" + at,
        "--secondary",
        "test=127.0.0.1:" + port,
        "--transfer-key",
        "k.key",
        "--secondary-dir",
        "copies");
  }

  @ParameterizedTest
  @EnumSource
  void itIsOurPrimary(Peers peer) throws IOException {
    Program.needs(peer.program, "dig");
    int port = freePort();
    int at = freePort();
    Files.writeString(theirs.resolve("test.zone"), zone(7));
    try (var primary = peer.primary(theirs, port, at);
        var secondary = secondary(at, port)) {
      secondary.awaitPort();
      becomes(at, "h3000.test", "10.0.0.1\n", primary, secondary);
      Files.writeString(theirs.resolve("test.zone"), zone(8) + "new A 192.0.2.99\n");
      primary.hangUp();
      becomes(at, "new.test", "192.0.2.99\n", primary, secondary);
      primary.kill();
      secondary.kill();
    }
    try (var alone = secondary(at, port)) {
      alone.awaitPort();
      becomes(at, "new.test", "192.0.2.99\n", alone);
    }
  }
}
