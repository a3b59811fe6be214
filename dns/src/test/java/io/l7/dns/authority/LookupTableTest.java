package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.zone.ZoneText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Zone text, question and expected answer side by side. */
class LookupTableTest {
  /** RFC 4592 §2.2.1's zone, word for word. */
  private static final String WILDCARDS =
      """
      @                SOA ns.example.com. hostmaster 1 3600 600 86400 60
      @                NS  ns.example.com.
      @                NS  ns.example.net.
      *                TXT "this is a wildcard"
      *                MX  10 host1.example.
      sub.*            TXT "this is not a wildcard"
      host1            A   192.0.2.1
      _ssh._tcp.host1  SRV 0 0 22 host1
      _ssh._tcp.host2  SRV 0 0 22 host1
      subdel           NS  ns.example.com.
      subdel           NS  ns.example.net.
      """;

  private static final String DELEGATIONS =
      """
      @            SOA ns1 admin 7 3600 600 86400 60
      @            NS  ns1
      ns1          A   192.0.2.1
      child        NS  ns.child
      child        NS  ns.elsewhere.net.
      ns.child     A   192.0.2.9
      www.child    A   192.0.2.66
      alias        CNAME www
      www          A   192.0.2.80
      www          AAAA 2001:db8::80
      loop1        CNAME loop2
      loop2        CNAME loop1
      out          CNAME www.elsewhere.net.
      into         CNAME host.child
      mail         MX  10 www
      a.b.c        TXT "deep"
      old          DNAME new
      x.new        A   192.0.2.77
      """;

  @ParameterizedTest
  @Spec("RFC 4592 §2.2.1")
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '`',
      value = {
        "host3.example. MX > NOERROR aa | host3.example. MX 10 host1.example. |  | host1.example. A"
            + " 192.0.2.1",
        "host3.example. A > NOERROR aa |  | example. SOA |",
        "foo.bar.example. TXT > NOERROR aa | foo.bar.example. TXT \"this is a wildcard\" |  |",
        "host1.example. MX > NOERROR aa |  | example. SOA |",
        "sub.*.example. MX > NOERROR aa |  | example. SOA |",
        "_telnet._tcp.host1.example. SRV > NXDOMAIN aa |  | example. SOA |",
        "host.subdel.example. A > NOERROR |  | subdel.example. NS ns.example.com., subdel.example."
            + " NS ns.example.net. |",
        "ghost.*.example. MX > NXDOMAIN aa |  | example. SOA |",
      })
  void wildcardsAsTheStandardTellsThem(String question, String expected) {
    check("example.", WILDCARDS, question, expected);
  }

  @ParameterizedTest
  @Spec("RFC 1034 §4.3.2")
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '`',
      value = {
        "www.test. A > NOERROR aa | www.test. A 192.0.2.80 |  |",
        "WWW.TEST. A > NOERROR aa | WWW.TEST. A 192.0.2.80 |  |",
        "www.test. MX > NOERROR aa |  | test. SOA |",
        "nowhere.test. A > NXDOMAIN aa |  | test. SOA |",
        "c.test. A > NOERROR aa |  | test. SOA |",
        "b.c.test. TXT > NOERROR aa |  | test. SOA |",
        "d.c.test. TXT > NXDOMAIN aa |  | test. SOA |",
        "alias.test. A > NOERROR aa | alias.test. CNAME www.test., www.test. A 192.0.2.80 |  |",
        "alias.test. CNAME > NOERROR aa | alias.test. CNAME www.test. |  |",
        "alias.test. MX > NOERROR aa | alias.test. CNAME www.test. | test. SOA |",
        "out.test. A > NOERROR aa | out.test. CNAME www.elsewhere.net. |  |",
        "child.test. A > NOERROR |  | child.test. NS ns.child.test., child.test. NS"
            + " ns.elsewhere.net. | ns.child.test. A 192.0.2.9",
        "www.child.test. A > NOERROR |  | child.test. NS ns.child.test., child.test. NS"
            + " ns.elsewhere.net. | ns.child.test. A 192.0.2.9",
        "child.test. DS > NOERROR aa |  | test. SOA |",
        "mail.test. MX > NOERROR aa | mail.test. MX 10 www.test. |  | www.test. A 192.0.2.80,"
            + " www.test. AAAA 2001:db8::80",
        "test. NS > NOERROR aa | test. NS ns1.test. |  | ns1.test. A 192.0.2.1",
        "www.test. ANY > NOERROR aa | www.test. A 192.0.2.80 |  |",
      })
  void delegationsAliasesAndNothing(String question, String expected) {
    check("test.", DELEGATIONS, question, expected);
  }

  @ParameterizedTest
  @Spec("RFC 6672 §3.2")
  @CsvSource(
      delimiter = '>',
      quoteCharacter = '`',
      value = {
        "x.old.test. A > NOERROR aa | old.test. DNAME new.test., x.old.test. CNAME x.new.test.,"
            + " x.new.test. A 192.0.2.77 |  |",
        "y.old.test. A > NXDOMAIN aa | old.test. DNAME new.test., y.old.test. CNAME y.new.test. |"
            + " test. SOA |",
        "old.test. DNAME > NOERROR aa | old.test. DNAME new.test. |  |",
        "old.test. A > NOERROR aa |  | test. SOA |",
      })
  void dnames(String question, String expected) {
    check("test.", DELEGATIONS, question, expected);
  }

  private static void check(String origin, String text, String question, String expected) {
    String[] words = question.split(" ", 2);
    var asked = new Asked(ZoneText.parse(origin, text));
    String answer = asked.asked(words[0], words[1]).strip();
    assertThat(answer).isEqualTo(expected);
    // the second time from the ready answers
    assertThat(asked.asked(words[0], words[1]).strip()).isEqualTo(expected);
  }

  @Test
  void aLoopOfAliasesEnds() {
    var reply = new Asked(ZoneText.parse("test.", DELEGATIONS)).ask("loop1.test.", "A");
    assertThat(reply.answer()).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  @Spec("RFC 6672 §2.2")
  void aDnameThatMakesANameTooLongIsYxdomain() {
    String longLabel = "a".repeat(60);
    String target = String.join(".", longLabel, longLabel, longLabel, "b".repeat(50));
    var asked = new Asked(ZoneText.parse("test.", "old DNAME " + target + "\n"));
    assertThat(asked.ask("c".repeat(40) + ".old.test.", "A").rcode().toString())
        .isEqualTo("YXDOMAIN");
  }

  @Test
  @Spec("RFC 4035 §3.1.4.1")
  void aDsIsAnsweredByTheParentWhenBothZonesAreHere() {
    var parent = ZoneText.parse("test.", "child NS ns.child\nns.child A 192.0.2.9\n");
    var child = ZoneText.parse("child.test.", "");
    var asked = new Asked(parent, child);
    assertThat(asked.asked("child.test.", "DS")).startsWith("NOERROR aa |  | test. SOA");
    assertThat(asked.asked("child.test.", "SOA")).startsWith("NOERROR aa | child.test. SOA");
  }

  @Test
  @Spec("RFC 9471 §3")
  void aReferralThatLosesGlueIsTruncatedWhateverItsSize() {
    int truncated = 0;
    for (int servers = 1; servers < 30; servers++) {
      String range = "$GENERATE 1-" + servers;
      String text = range + " child NS ns$.child\n" + range + " ns$.child A 192.0.2.$\n";
      var asked = new Asked(ZoneText.parse("test.", text));
      var reply = asked.ask(Asked.query("www.child.test.", "A").withEdns(Edns.ofSize(512)));
      boolean whole = reply.additional().size() == servers;
      assertThat(reply.has(Flag.TC)).as("%d servers", servers).isEqualTo(!whole);
      truncated += whole ? 0 : 1;
    }
    assertThat(truncated).isPositive();
  }

  @Test
  @Spec("RFC 4035 §2.2")
  void signaturesAloneAnswerAQuestionForThem() {
    var zone =
        ZoneText.parse(
            "test.",
            "www A 192.0.2.80\nwww RRSIG A 13 2 300 20300101000000 20260101000000 1 test. AAAA\n");
    var reply = new Asked(zone).ask("www.test.", "RRSIG");
    assertThat(reply.answer()).extracting(r -> r.type().toString()).containsOnly("RRSIG");
    assertThat(
            new Asked(ZoneText.parse("test.", "www A 192.0.2.80\n"))
                .ask("www.test.", "RRSIG")
                .answer())
        .isEmpty();
  }

  @Test
  void aNameOutsideEveryZoneIsNotOurs() {
    var asked = new Asked(ZoneText.parse("test.", ""));
    byte[] wire = io.l7.dns.message.MessageWriter.write(Asked.query("example.", "A"));
    assertThat(
            asked.authority.answer(
                new Request(wire, wire.length, Asked.CLIENT, Request.Transport.UDP)))
        .isInstanceOf(Outcome.NotOurs.class);
  }
}
