package io.l7.it.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tools of BIND, Knot and ldns against {@code l7 dns serve} and what {@code zone sign} writes.
 */
@Tag("interop")
@Timeout(120)
class ToolsInteropTest {
  private static final String ZONE =
      """
      $TTL 300
      @        SOA   ns1 admin 7 3600 600 86400 60
      @        NS    ns1
      @        MX    10 mail
      ns1      A     192.0.2.1
      mail     AAAA  2001:db8::25
      www      A     192.0.2.80
      alias    CNAME www
      *.wild   TXT   "any" "thing; at all"
      a.b.c    TXT   "below empty non-terminals"
      child    NS    ns.child
      ns.child A     192.0.2.9
      safe     NS    ns.child
      safe     DS    4711 13 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF
      old      DNAME new
      x.new    A     192.0.2.82
      """;
  private static final String KEY =
      "key \"k\" { algorithm hmac-sha256; secret \"MDEyMzQ1Njc4OWFiY2RlZg==\"; };\n";

  @TempDir Path folder;
  private Path key = Path.of("");

  @BeforeEach
  void files() throws IOException {
    Files.writeString(folder.resolve("test.zone"), ZONE);
    key = Files.writeString(folder.resolve("k.key"), KEY);
    Files.createDirectory(folder.resolve("keys"));
  }

  @Test
  void aHangUpReadsTheZoneAnewAndABrokenFileKeepsTheOldOne() throws IOException {
    Program.needs("dig", "kill");
    try (var server = Program.authority(folder)) {
      int port = server.awaitPort();
      Files.writeString(
          folder.resolve("test.zone"), ZONE.replace(" 7 ", " 8 ") + "new A 192.0.2.9\n");
      server.hangUp();
      server.await("reloaded");
      assertThat(dig(port, "new.test", "+short")).isEqualTo("192.0.2.9\n");
      Files.writeString(
          folder.resolve("test.zone"), ZONE.replace(" 7 ", " 9 ") + "new A nowhere\n");
      server.hangUp();
      assertThat(server.await("keeps its version 8: ")).contains("test.zone:17: bad address");
      assertThat(dig(port, "new.test", "+short")).isEqualTo("192.0.2.9\n");
    }
  }

  private String dig(int port, String... question) throws IOException {
    var command = new ArrayList<>(List.of("dig", "@127.0.0.1", "-p", Integer.toString(port)));
    command.addAll(List.of(question));
    return Program.run(folder, command, "").output();
  }

  private Program.Result nsupdate(int port, String commands) throws IOException {
    return Program.run(
        folder,
        List.of("nsupdate", "-k", key.toString()),
        "server 127.0.0.1 " + port + "\nzone test\n" + commands + "send\n");
  }

  @Test
  void digAsksTransfersAndSeesTheDifferences() throws IOException {
    Program.needs("dig", "nsupdate");
    try (var server = Program.authority(folder)) {
      int port = server.awaitPort();
      assertThat(dig(port, "www.test", "+short")).isEqualTo("192.0.2.80\n");
      assertThat(dig(port, "alias.test", "+short")).isEqualTo("www.test.\n192.0.2.80\n");
      assertThat(dig(port, "nobody.test")).contains("status: NXDOMAIN", "flags: qr aa rd;");
      assertThat(dig(port, "www.test", "ANY", "+notcp")).contains("ANSWER: 1");
      assertThat(dig(port, "x.wild.test", "TXT", "+short"))
          .isEqualTo("\"any\" \"thing; at all\"\n");
      assertThat(dig(port, "test", "AXFR")).contains("Transfer failed");
      assertThat(dig(port, "test", "AXFR", "-k", key.toString(), "+onesoa"))
          .contains("a.b.c.test.", "XFR size: 16 records");
      assertThat(
              nsupdate(port, "update add new.test 60 A 192.0.2.99\nupdate delete www.test A\n")
                  .status())
          .isZero();
      assertThat(dig(port, "new.test", "+short")).isEqualTo("192.0.2.99\n");
      assertThat(dig(port, "test", "IXFR=7", "-k", key.toString()))
          .contains("www.test.\t\t300\tIN\tA\t192.0.2.80", "XFR size: 6 records");
      assertThat(dig(port, "test", "IXFR=8", "-k", key.toString())).contains("XFR size: 1 records");
    }
  }

  @Test
  void nsupdateGetsEachRefusalInItsOwnWords() throws IOException {
    Program.needs("dig", "nsupdate");
    try (var server = Program.authority(folder)) {
      int port = server.awaitPort();
      String change = "update add new.test 60 A 192.0.2.99\n";
      assertThat(nsupdate(port, "prereq yxdomain nobody.test\n" + change).output())
          .contains("NXDOMAIN");
      assertThat(nsupdate(port, "prereq nxdomain www.test\n" + change).output())
          .contains("YXDOMAIN");
      assertThat(nsupdate(port, "prereq yxrrset www.test MX\n" + change).output())
          .contains("NXRRSET");
      assertThat(nsupdate(port, "prereq nxrrset www.test A\n" + change).output())
          .contains("YXRRSET");
      Files.writeString(key, KEY.replace("MDEy", "MTEy"));
      assertThat(nsupdate(port, change).output()).contains("BADSIG");
      Files.writeString(key, KEY.replace("\"k\"", "\"stranger\""));
      assertThat(nsupdate(port, change).output()).contains("BADKEY");
      var unsigned =
          Program.run(
              folder,
              List.of("nsupdate"),
              "server 127.0.0.1 " + port + "\nzone test\n" + change + "send\n");
      assertThat(unsigned.output()).contains("REFUSED");
      assertThat(dig(port, "test", "SOA", "+short")).contains(" 7 3600 ");
    }
  }

  @Test
  void theRegistrarDelegatesInARunningParentAndDigSeesIt() throws IOException {
    Program.needs("dig");
    try (var server = Program.authority(folder)) {
      int port = server.awaitPort();
      var keys =
          Program.runL7(folder, "dns", "zone", "keygen", "utopia.test", "--keys", "keys", "--ksk");
      assertThat(keys.status()).as(keys.output()).isZero();
      var printed = Program.runL7(folder, "dns", "zone", "ds", "utopia.test", "--keys", "keys");
      String ds = printed.output().substring(printed.output().indexOf("DS\t") + 3).strip();
      assertThat(registrar(port, "add", ds).status()).isZero();
      assertThat(dig(port, "www.utopia.test", "+norec", "+dnssec"))
          .contains(
              "flags: qr; QUERY: 1, ANSWER: 0",
              "utopia.test.\t\t3600\tIN\tNS\tns1.utopia.test.",
              "ns1.utopia.test.\t3600\tIN\tA\t192.0.2.53");
      assertThat(dig(port, "utopia.test", "DS", "+short").replace(" ", "").strip())
          .isEqualToIgnoringCase(ds.replace(" ", ""));
      var taken = registrar(port, "add", ds);
      assertThat(taken.status()).isEqualTo(1);
      assertThat(taken.output()).contains("l7: add utopia.test.: the domain is taken");
      assertThat(registrar(port, "remove", ds).status()).isZero();
      assertThat(dig(port, "ns1.utopia.test")).contains("status: NXDOMAIN");
    }
  }

  private Program.Result registrar(int port, String action, String ds) throws IOException {
    return Program.runL7(
        folder,
        "dns",
        "registrar",
        action,
        "utopia.test",
        "--server",
        "127.0.0.1:" + port,
        "--key",
        "k.key",
        "--ns",
        "ns1.utopia.test=192.0.2.53",
        "--ds",
        ds);
  }

  @Test
  void ourOwnUpdateAddsDeletesAndIsRefused() throws IOException {
    Program.needs("dig");
    try (var server = Program.authority(folder)) {
      int port = server.awaitPort();
      assertThat(
              update(port, "--key", "k.key", "add", "fresh.test", "60", "A", "192.0.2.99").status())
          .isZero();
      assertThat(dig(port, "fresh.test", "+short")).isEqualTo("192.0.2.99\n");
      var taken =
          update(
              port,
              "--key",
              "k.key",
              "--if-missing",
              "fresh.test",
              "add",
              "fresh.test",
              "60",
              "TXT",
              "x");
      assertThat(taken.status()).isEqualTo(1);
      assertThat(taken.output()).contains("YXDOMAIN");
      assertThat(update(port, "--key", "k.key", "delete", "fresh.test").status()).isZero();
      assertThat(dig(port, "fresh.test")).contains("status: NXDOMAIN");
      var unsigned = update(port, "add", "fresh.test", "60", "A", "192.0.2.99");
      assertThat(unsigned.status()).isEqualTo(1);
      assertThat(unsigned.output()).contains("REFUSED");
    }
  }

  private Program.Result update(int port, String... more) throws IOException {
    var arguments =
        new ArrayList<>(
            List.of("dns", "update", "--server", "127.0.0.1:" + port, "--zone", "test"));
    arguments.addAll(List.of(more));
    return Program.runL7(folder, arguments.toArray(String[]::new));
  }

  @Test
  void delvValidatesWhatIsServedAndWhatUpdatesLeave() throws IOException {
    Program.needs("delv", "nsupdate");
    try (var server = Program.authority(folder, "--sign-with", "keys")) {
      int port = server.awaitPort();
      Path anchors = anchors();
      assertThat(delv(port, anchors, "www.test", "A")).contains("; fully validated");
      assertThat(delv(port, anchors, "x.wild.test", "TXT")).contains("; fully validated");
      assertThat(delv(port, anchors, "x.old.test", "A")).contains("; fully validated");
      assertThat(delv(port, anchors, "nobody.test", "A"))
          .contains("negative response, fully validated");
      assertThat(delv(port, anchors, "b.c.test", "A"))
          .contains("negative response, fully validated");
      assertThat(
              nsupdate(
                      port,
                      "update add q.r.test 60 A 192.0.2.99\nupdate delete www.test\n"
                          + "update delete *.wild.test\n")
                  .status())
          .isZero();
      assertThat(delv(port, anchors, "q.r.test", "A")).contains("; fully validated");
      assertThat(delv(port, anchors, "www.test", "A"))
          .contains("negative response, fully validated");
      assertThat(delv(port, anchors, "x.wild.test", "TXT"))
          .contains("negative response, fully validated");
    }
  }

  private Path anchors() throws IOException {
    try (var files = Files.list(folder.resolve("keys"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".key")).toList()) {
        String text = Files.readString(file);
        int at = text.indexOf("DNSKEY 257 ");
        if (at >= 0) {
          String[] words = text.substring(at).strip().split("\\s+", 5);
          return Files.writeString(
              folder.resolve("anchors.conf"),
              "trust-anchors { test. static-key 257 3 "
                  + words[3]
                  + " \""
                  + words[4].replaceAll("\\s", "")
                  + "\"; };\n");
        }
      }
    }
    throw new AssertionError("no key-signing key in " + folder.resolve("keys"));
  }

  private String delv(int port, Path anchors, String name, String type) throws IOException {
    return Program.run(
            folder,
            "delv",
            "@127.0.0.1",
            "-p",
            Integer.toString(port),
            "-a",
            anchors.toString(),
            "+root=test",
            name,
            type)
        .output();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ECDSAP256SHA256", "ED25519", "ECDSAP384SHA384", "RSASHA256"})
  void whatZoneSignWritesSatisfiesEveryVerifier(String algorithm) throws IOException {
    Program.needs("dnssec-verify", "ldns-verify-zone", "kzonecheck", "named-checkzone");
    var signed =
        Program.runL7(
            folder,
            "dns",
            "zone",
            "sign",
            "test=test.zone",
            "--keys",
            "keys",
            "-o",
            "signed.zone",
            "--algorithm",
            algorithm);
    assertThat(signed.status()).as(signed.output()).isZero();
    for (List<String> verifier :
        List.of(
            List.of("dnssec-verify", "-o", "test", "signed.zone"),
            List.of("ldns-verify-zone", "signed.zone"),
            List.of("kzonecheck", "-o", "test", "-d", "on", "signed.zone"),
            List.of("named-checkzone", "-i", "full", "test", "signed.zone"))) {
      var verdict = Program.run(folder, verifier, "");
      assertThat(verdict.status()).as("%s: %s", verifier, verdict.output()).isZero();
    }
    var own = Program.runL7(folder, "dns", "zone", "check", "test=signed.zone");
    assertThat(own.status()).as(own.output()).isZero();
  }

  @Test
  void whatALiveZoneTransfersVerifiesAfterManyUpdates() throws IOException {
    Program.needs("dig", "nsupdate", "dnssec-verify", "ldns-verify-zone", "kzonecheck");
    try (var server = Program.authority(folder, "--sign-with", "keys")) {
      int port = server.awaitPort();
      for (int i = 0; i < 20; i++) {
        var commands = new StringBuilder();
        for (int j = 0; j < 10; j++) {
          String name = "h" + (i * 7 + j * 3) % 31 + (j % 2 == 0 ? ".deep" : "") + ".test";
          commands.append(
              j % 3 == 0
                  ? "update delete " + name + "\n"
                  : "update add " + name + " 60 A 192.0.2." + i + "\n");
        }
        assertThat(nsupdate(port, commands.toString()).status()).isZero();
      }
      Files.writeString(
          folder.resolve("copy.zone"),
          dig(port, "test", "AXFR", "-k", key.toString(), "+onesoa")
              .replaceAll("(?m)^.*\\sTSIG\\s.*$", ""));
      for (List<String> verifier :
          List.of(
              List.of("dnssec-verify", "-o", "test", "copy.zone"),
              List.of("ldns-verify-zone", "copy.zone"),
              List.of("kzonecheck", "-o", "test", "-d", "on", "copy.zone"))) {
        var verdict = Program.run(folder, verifier, "");
        assertThat(verdict.status()).as("%s: %s", verifier, verdict.output()).isZero();
      }
    }
  }
}
