package io.l7.it.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A policy zone kept after BIND, NSD and Knot. */
@Tag("interop")
@Timeout(120)
class RpzInteropTest {
  @TempDir Path folder;

  private static String rules(int serial, String more) {
    var text = new StringBuilder("$TTL 300\n@ SOA ns1 admin " + serial + " 3600 600 86400 60\n");
    text.append("@ NS ns1\nns1 A 192.0.2.1\n");
    for (int i = 1; i <= 3_000; i++) {
      text.append("bad").append(i).append(".example CNAME .\n");
    }
    text.append("*.evil.example CNAME *.\n");
    text.append("24.0.2.0.192.rpz-client-ip CNAME rpz-drop.\n");
    return text.append(more).toString();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private String dig(int port, String name) throws IOException {
    var command = List.of("dig", "@127.0.0.1", "-p", "" + port, "+tries=1", "+time=2", name, "A");
    return Program.run(folder, command, "").output();
  }

  /** Asks until it is so: nobody is there who could tell a true answer, only policy does. */
  private void becomes(int port, String name, String status, Program... running)
      throws IOException {
    for (int i = 0; i < 100 && !dig(port, name).contains("status: " + status); i++) {
      LockSupport.parkNanos(200_000_000);
    }
    assertThat(dig(port, name))
        .as(() -> List.of(running).stream().map(Program::output).toList().toString())
        .contains("status: " + status)
        .containsPattern("ADDITIONAL SECTION:\\ntest\\.\\s+60\\s+IN\\s+SOA");
  }

  private static Program resolver(Path ours, int at, int primary) throws IOException {
    return Program.l7(
        ours,
        "dns",
        "serve",
        "--listen",
        "127.0.0.1:" + at,
        "--forward",
        "127.0.0.1:1",
        "--rpz",
        "test=127.0.0.1:" + primary,
        "--transfer-key",
        "k.key",
        "--secondary-dir",
        "copies");
  }

  @ParameterizedTest
  @EnumSource
  @Spec("draft-vixie-dnsop-dns-rpz §7")
  void itsRulesAreInForceAsTheyChangeAndWhenItIsGone(Peers peer) throws IOException {
    Program.needs(peer.program, "dig");
    Path ours = Files.createDirectory(folder.resolve("ours"));
    Path theirs = Files.createDirectory(folder.resolve("theirs"));
    Files.createDirectory(ours.resolve("copies"));
    Files.writeString(
        ours.resolve("k.key"),
        "key \"k\" { algorithm hmac-sha256; secret \"" + Peers.SECRET + "\"; };\n");
    int port = freePort();
    int at = freePort();
    Files.writeString(theirs.resolve("test.zone"), rules(7, ""));
    try (var primary = peer.primary(theirs, port, at);
        var resolver = resolver(ours, at, port)) {
      resolver.awaitPort();
      becomes(at, "bad3000.example", "NXDOMAIN", primary, resolver);
      becomes(at, "www.evil.example", "NOERROR", primary, resolver);
      Files.writeString(theirs.resolve("test.zone"), rules(8, "new.example CNAME .\n"));
      primary.hangUp();
      becomes(at, "new.example", "NXDOMAIN", primary, resolver);
      assertThat(ours.resolve("copies").resolve("test.zone.jnl"))
          .as("it came as a difference")
          .isNotEmptyFile();
      primary.kill();
      resolver.kill();
    }
    try (var alone = resolver(ours, at, port)) {
      alone.awaitPort();
      becomes(at, "new.example", "NXDOMAIN", alone);
    }
  }
}
