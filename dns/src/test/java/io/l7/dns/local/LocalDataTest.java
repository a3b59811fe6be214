package io.l7.dns.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDataTest {
  private static LocalData data(String... lines) {
    var file = new LocalDataFile();
    for (String line : lines) {
      file.line(line);
    }
    return file.data();
  }

  private static String ask(LocalData data, String name, RRType type) {
    return switch (data.judge(Question.of(Name.parse(name), type))) {
      case LocalData.Verdict.Resolve resolve -> "resolve";
      case LocalData.Verdict.Silence silence -> "silence";
      case LocalData.Verdict.Answer answer ->
          answer.rcode()
              + answer.answer().stream()
                  .map(record -> " " + record.toString().replace('\t', ' '))
                  .reduce("", String::concat)
              + (answer.authority().isEmpty() ? "" : " soa " + answer.authority().get(0).owner());
    };
  }

  @Test
  void linesOfAHostsFileWorkBothWays() {
    LocalData data = data("192.0.2.1 www.home printer.home # the den", "2001:db8::1 www.home");
    assertThat(ask(data, "WWW.home", RRType.A)).isEqualTo("NOERROR www.home. 3600 IN A 192.0.2.1");
    assertThat(ask(data, "www.home", RRType.AAAA)).endsWith("AAAA 2001:db8::1");
    assertThat(ask(data, "printer.home", RRType.MX)).isEqualTo("NOERROR soa printer.home.");
    assertThat(ask(data, "1.2.0.192.in-addr.arpa", RRType.PTR)).endsWith("PTR www.home.");
    assertThat(ask(data, "other.home", RRType.A)).isEqualTo("resolve");
  }

  @Test
  void aZoneWhoseNameIsNoneIsToldFromAKindThatIsNone() {
    assertThatThrownBy(() -> LocalZone.parse("a..b=static")).hasMessageContaining("label of 0");
    assertThatThrownBy(() -> LocalZone.parse("a.b=statik"))
        .hasMessageContaining("'statik' is none");
  }

  @Test
  void aDenialCostsNoMoreBesideALongBlockList() {
    var file = new LocalDataFile();
    file.privateReverseZones();
    for (int i = 0; i < 100_000; i++) {
      file.line("0.0.0.0 ads" + i + ".example");
    }
    file.line("5.1.10.in-addr.arpa PTR host.home");
    LocalData data = file.data();
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < 2_000; i++) {
      assertThat(ask(data, i + ".2.10.in-addr.arpa", RRType.PTR)).startsWith("NXDOMAIN");
    }
    long millis = (threads.getCurrentThreadCpuTime() - before) / 1_000_000;
    assertThat(millis).as("milliseconds of processor for 2,000 denials").isLessThan(700);
    assertThat(ask(data, "1.10.in-addr.arpa", RRType.PTR)).as("above one").startsWith("NOERROR");
  }

  @Test
  void aStaticZoneDeniesWhatItDoesNotHave() {
    LocalData data = data("zone home static", "a.b.home 60 IN A 192.0.2.1");
    assertThat(ask(data, "a.b.home", RRType.A)).isEqualTo("NOERROR a.b.home. 60 IN A 192.0.2.1");
    assertThat(ask(data, "b.home", RRType.A)).as("above a name").isEqualTo("NOERROR soa home.");
    assertThat(ask(data, "c.home", RRType.A)).isEqualTo("NXDOMAIN soa home.");
    assertThat(ask(data, "home", RRType.DS)).as("of the parent").isEqualTo("resolve");
  }

  @Test
  void aRedirectedZoneHasOneAnswerForAllNames() {
    LocalData data = data("zone ads.example redirect", "ads.example A 192.0.2.9");
    assertThat(ask(data, "x.y.ads.example", RRType.A))
        .isEqualTo("NOERROR x.y.ads.example. 3600 IN A 192.0.2.9");
    assertThat(ask(data, "x.ads.example", RRType.AAAA)).isEqualTo("NOERROR soa ads.example.");
  }

  @Test
  void refusedAndDeniedZonesAndAnExceptionInside() {
    LocalData data = data("zone bad refuse", "zone worse deny", "zone good.bad transparent");
    assertThat(ask(data, "x.bad", RRType.A)).isEqualTo("REFUSED");
    assertThat(ask(data, "x.worse", RRType.A)).isEqualTo("silence");
    assertThat(ask(data, "x.good.bad", RRType.A)).isEqualTo("resolve");
    assertThat(ask(data, "example", RRType.A)).isEqualTo("resolve");
  }

  @Test
  @Spec("RFC 6303 §4")
  void addressesThatMeanSomethingElseEverywhereHaveNoNames() {
    var file = new LocalDataFile();
    file.specialNames();
    file.privateReverseZones();
    LocalData data = file.data();
    assertThat(ask(data, "1.0.168.192.in-addr.arpa", RRType.PTR))
        .isEqualTo("NXDOMAIN soa 168.192.in-addr.arpa.");
    assertThat(ask(data, "1.31.172.in-addr.arpa", RRType.PTR)).startsWith("NXDOMAIN");
    assertThat(ask(data, "1.32.172.in-addr.arpa", RRType.PTR)).isEqualTo("resolve");
    assertThat(ask(data, "1.0.0.127.in-addr.arpa", RRType.PTR)).endsWith("PTR localhost.");
    assertThat(ask(data, "www.localhost", RRType.A)).endsWith("A 127.0.0.1");
    assertThat(ask(data, "hidden.onion", RRType.A)).startsWith("NXDOMAIN");
  }

  @Test
  void aBrokenLineIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("local");
    Files.writeString(file, "; fine\nwww.home A 192.0.2.1\nzone x nonsense\n");
    assertThatThrownBy(() -> new LocalDataFile().read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ":3: 'nonsense' is none of static, redirect, refuse, deny, transparent");
  }
}
