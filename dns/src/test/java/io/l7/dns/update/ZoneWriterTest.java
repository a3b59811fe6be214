package io.l7.dns.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.dns.message.Flags;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.tsig.TsigAlgorithm;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.ZoneText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZoneWriterTest {
  private static final Name TEST = Name.parse("test.");
  private static final TsigKey KEY =
      new TsigKey(Name.parse("k."), TsigAlgorithm.HMAC_SHA256, new byte[] {1});
  private final LiveZone live =
      new LiveZone(ZoneText.parse("test.", "www A 192.0.2.1\nwww A 192.0.2.2\nalias CNAME www\n"));
  private final ZoneWriter writer = writer(UpdatePolicy.allowing(List.of(KEY)));

  private ZoneWriter writer(UpdatePolicy policy) {
    return new ZoneWriter(
        live, policy, ZoneWriter.Upkeep.none(), Optional.empty(), ZoneWriter.Checkpoint.never());
  }

  @AfterEach
  void close() throws IOException {
    writer.close();
  }

  /** {@code any|none|in|ch NAME TTL TYPE [DATA]}. */
  private static ResourceRecord record(String text) {
    String[] words = text.strip().split(" ", 5);
    RRClass rrclass =
        switch (words[0]) {
          case "any" -> RRClass.ANY;
          case "none" -> RRClass.NONE;
          case "ch" -> RRClass.parse("CH");
          default -> RRClass.IN;
        };
    RRType type = RRType.parse(words[3]);
    var rdata = words.length < 5 ? Rdata.EMPTY : RecordText.parse(type, words[4], TEST);
    return new ResourceRecord(Name.parse(words[1]), type, rrclass, Long.parseLong(words[2]), rdata);
  }

  private static List<ResourceRecord> records(String text) {
    return text.isEmpty()
        ? List.of()
        : Stream.of(text.split("\\|", -1)).map(ZoneWriterTest::record).toList();
  }

  private static Message update(String prerequisites, String changes) {
    return new Message(
        1,
        Opcode.UPDATE,
        Rcode.NOERROR,
        Flags.NONE,
        List.of(Question.of(TEST, RRType.SOA)),
        records(prerequisites),
        records(changes),
        List.of(),
        Optional.empty());
  }

  @ParameterizedTest
  @Spec("RFC 2136 §3.2")
  @CsvSource(
      delimiter = '>',
      value = {
        "any www.test. 0 A > NOERROR",
        "any www.test. 0 AAAA > NXRRSET",
        "any www.test. 0 ANY > NOERROR",
        "any nobody.test. 0 ANY > NXDOMAIN",
        "none nobody.test. 0 ANY > NOERROR",
        "none www.test. 0 ANY > YXDOMAIN",
        "none www.test. 0 A > YXRRSET",
        "none www.test. 0 AAAA > NOERROR",
        "in www.test. 0 A 192.0.2.1|in www.test. 0 A 192.0.2.2 > NOERROR",
        "in www.test. 0 A 192.0.2.1 > NXRRSET",
        "in alias.test. 0 CNAME WWW.test. > NOERROR",
        "any www.test. 5 A > FORMERR",
        "any www.test. 0 A 192.0.2.1 > FORMERR",
        "any www.example. 0 A > NOTZONE",
        "none www.test. 5 A > FORMERR",
        "none www.test. 0 A 192.0.2.1 > FORMERR",
        "none www.example. 0 A > NOTZONE",
        "in www.test. 5 A 192.0.2.1 > FORMERR",
        "in www.example. 0 A 192.0.2.1 > NOTZONE",
        "in nobody.test. 0 A 192.0.2.1 > NXRRSET",
        "in www.test. 0 A 192.0.2.1|in www.test. 0 A 192.0.2.2|in www.test. 0 A 192.0.2.3 >"
            + " NXRRSET",
        "in www.test. 0 A 192.0.2.1|in www.test. 0 A 192.0.2.2|in alias.test. 0 CNAME www.test. >"
            + " NOERROR",
        "ch www.test. 0 A > FORMERR",
        "any www.test. 0 A|any nobody.test. 0 ANY > NXDOMAIN",
        "none nobody.test. 0 ANY|any www.test. 0 A > NOERROR",
      })
  void prerequisites(String demand, String rcode) {
    long before = live.zone().serial();
    Rcode outcome = writer.update(update(demand, "in new.test. 60 A 192.0.2.9"), Optional.of(KEY));
    assertThat(outcome.toString()).isEqualTo(rcode);
    assertThat(live.zone().serial()).isEqualTo(rcode.equals("NOERROR") ? before + 1 : before);
  }

  @ParameterizedTest
  @Spec("RFC 2136 §3.4.2")
  @CsvSource(
      delimiter = '>',
      value = {
        "in www.test. 60 A 192.0.2.3 > www.test. A > 3",
        "in www.test. 60 A 192.0.2.1 > www.test. A > 2",
        "none www.test. 0 A 192.0.2.1 > www.test. A > 1",
        "any www.test. 0 A > www.test. A > 0",
        "any www.test. 0 ANY > www.test. A > 0",
        "in www.test. 60 CNAME x > www.test. CNAME > 0",
        "in alias.test. 60 A 192.0.2.3 > alias.test. A > 0",
        "in alias.test. 60 CNAME other.test. > alias.test. CNAME > 1",
        "any test. 0 ANY > test. NS > 1",
        "any test. 0 SOA > test. SOA > 1",
        "none test. 0 NS ns1.test. > test. NS > 1",
        "in a.b.c.test. 60 TXT x|any a.b.c.test. 0 TXT > a.b.c.test. TXT > 0",
      })
  void changes(String change, String set, int records) {
    assertThat(writer.update(update("", change), Optional.of(KEY))).isEqualTo(Rcode.NOERROR);
    String[] words = set.strip().split(" ", 2);
    int found =
        live.zone()
            .set(Name.parse(words[0]), RRType.parse(words[1]))
            .map(s -> s.rdata().size())
            .orElse(0);
    assertThat(found).isEqualTo(records);
  }

  @ParameterizedTest
  @Spec("RFC 2136 §3.4.1")
  @CsvSource(
      delimiter = '>',
      value = {
        "in www.example. 60 A 192.0.2.3 > NOTZONE",
        "any www.test. 60 A > FORMERR",
        "none www.test. 60 A 192.0.2.1 > FORMERR",
        "in ok.test. 60 A 192.0.2.3|in www.example. 60 A 192.0.2.3 > NOTZONE",
        "in ok.test. 60 A 192.0.2.3|in www.test. 60 RRSIG A 13 2 60 20300101000000 20200101000000 1"
            + " test. AAAA > REFUSED",
      })
  void aBrokenUpdateChangesNothing(String change, String rcode) {
    var before = live.zone();
    assertThat(writer.update(update("", change), Optional.of(KEY)).toString()).isEqualTo(rcode);
    assertThat(live.zone()).isSameAs(before);
  }

  @Test
  void whoHasNoKeyOrNoGrantIsRefused() throws IOException {
    Message change = update("", "in www.test. 60 A 192.0.2.3");
    assertThat(writer.update(change, Optional.empty())).isEqualTo(Rcode.REFUSED);
    var grant =
        new UpdatePolicy.Grant(
            KEY.name(), UpdatePolicy.Scope.SUBDOMAIN, Name.parse("dyn.test."), Set.of(RRType.A));
    try (var strict = writer(UpdatePolicy.of(List.of(grant)))) {
      assertThat(strict.update(change, Optional.of(KEY))).isEqualTo(Rcode.REFUSED);
      assertThat(strict.update(update("", "in x.dyn.test. 60 A 192.0.2.3"), Optional.of(KEY)))
          .isEqualTo(Rcode.NOERROR);
      assertThat(strict.update(update("", "in x.dyn.test. 60 TXT x"), Optional.of(KEY)))
          .isEqualTo(Rcode.REFUSED);
    }
  }

  @Test
  @Spec("RFC 2136 §3.3")
  void whoDeletesAllOfANameMustBeGrantedAllThatIsThere() throws IOException {
    writer.update(
        update(
            "",
            "in cut.test. 60 NS ns.cut.test.|in cut.test. 60 TXT x|in host.test. 60 A 192.0.2.9|in"
                + " test. 60 DNSKEY 257 3 13 AAAA|in test. 60 TXT y"),
        Optional.of(KEY));
    var all = new UpdatePolicy.Grant(KEY.name(), UpdatePolicy.Scope.SUBDOMAIN, TEST, Set.of());
    try (var strict = writer(UpdatePolicy.of(List.of(all)))) {
      for (String name : List.of("cut.test.", "test.")) {
        assertThat(strict.update(update("", "any " + name + " 0 ANY"), Optional.of(KEY)))
            .as(name)
            .isEqualTo(Rcode.REFUSED);
      }
      assertThat(strict.update(update("", "any host.test. 0 ANY"), Optional.of(KEY)))
          .isEqualTo(Rcode.NOERROR);
    }
    var addresses =
        new UpdatePolicy.Grant(KEY.name(), UpdatePolicy.Scope.SUBDOMAIN, TEST, Set.of(RRType.A));
    try (var strict = writer(UpdatePolicy.of(List.of(addresses)))) {
      assertThat(strict.update(update("", "any www.test. 0 ANY"), Optional.of(KEY)))
          .as("there are addresses alone")
          .isEqualTo(Rcode.NOERROR);
      assertThat(strict.update(update("", "any nobody.example. 0 ANY"), Optional.of(KEY)))
          .isEqualTo(Rcode.NOTZONE);
      assertThat(strict.update(update("", "any alias.test. 0 ANY"), Optional.of(KEY)))
          .isEqualTo(Rcode.REFUSED);
    }
  }

  @Test
  void aGrantThatCannotBeReadIsNamedInWords(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("policy"), "grant k. everything\n");
    assertThatThrownBy(() -> UpdatePolicy.read(file))
        .hasMessageContaining("policy:1: ")
        .hasMessageContaining("everything")
        .hasMessageNotContaining("io.l7");
  }

  @Test
  @Spec("RFC 2136 §3.6")
  void anUpdateThatChangesNothingLeavesTheSerial() {
    long before = live.zone().serial();
    assertThat(writer.update(update("", "in www.test. 300 A 192.0.2.1"), Optional.of(KEY)))
        .isEqualTo(Rcode.NOERROR);
    assertThat(live.zone().serial()).isEqualTo(before);
  }

  @Test
  void theClientsOwnNewerSerialIsKept() {
    writer.update(
        update("", "in test. 300 SOA ns1 admin 4000 3600 600 86400 60"), Optional.of(KEY));
    assertThat(live.zone().serial()).isEqualTo(4000);
    writer.update(update("", "in test. 300 SOA ns1 admin 17 3600 600 86400 60"), Optional.of(KEY));
    assertThat(live.zone().serial()).isEqualTo(4000);
  }

  @Test
  void aFaultOfOneChangeIsNotThatOfTheOthers() throws Exception {
    var go = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first =
          threads.submit(
              () ->
                  writer.change(
                      edit -> {
                        begun.countDown();
                        try {
                          go.await();
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                        }
                      }));
      begun.await();
      // these two share the next commit
      var broken =
          threads.submit(
              () ->
                  writer.change(
                      edit -> {
                        throw new IllegalStateException("a fault of ours");
                      }));
      var sound =
          threads.submit(
              () -> writer.change(edit -> edit.add(record("in new.test. 60 A 192.0.2.9"))));
      while (writer.waiting() < 2) {
        Thread.onSpinWait();
      }
      go.countDown();
      assertThat(first.get()).isEqualTo(Rcode.NOERROR);
      assertThat(broken.get()).isEqualTo(Rcode.SERVFAIL);
      assertThat(sound.get()).isEqualTo(Rcode.NOERROR);
    }
    assertThat(live.zone().set(Name.parse("new.test."), RRType.A)).isPresent();
  }
}
