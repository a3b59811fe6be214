package io.l7.dash.mpd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.dash.limits.DashLimits;
import io.l7.dash.testkit.Budget;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests that attack: each is refused with its reason, soon, and nothing outside is touched. */
class MpdAttackTest {
  private static final URI HERE = URI.create("http://media.example/film/manifest.mpd");

  static Stream<Arguments> attacks() {
    String many =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "a" + i + "='1'")
            .collect(Collectors.joining(" "));
    return Stream.of(
        Arguments.of("a DTD", "<!DOCTYPE MPD [<!ENTITY a 'b'>]><MPD>&a;</MPD>"),
        Arguments.of(
            "an external entity",
            "<!DOCTYPE MPD [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><MPD>&a;</MPD>"),
        Arguments.of("an external DTD", "<!DOCTYPE MPD SYSTEM 'http://127.0.0.1:1/x.dtd'><MPD/>"),
        Arguments.of("a hundred thousand attributes", "<MPD " + many + "/>"),
        Arguments.of("deep nesting", "<MPD>" + "<a>".repeat(100_000)),
        Arguments.of(
            "two billion segments", MpdParserTest.film(timeline("<S d='1' r='2147483647'/>"))),
        Arguments.of("a segment of no duration", MpdParserTest.film(timeline("<S d='0' r='5'/>"))),
        Arguments.of(
            "a timescale of 0",
            MpdParserTest.film(
                "<SegmentTemplate timescale='0' duration='1' media='a'/><Representation id='1'/>")),
        Arguments.of(
            "tiny constant segments",
            MpdParserTest.film(
                "<SegmentTemplate timescale='1000000000' duration='1' media='a'/><Representation"
                    + " id='1'/>")),
        Arguments.of(
            "a width of a billion",
            MpdParserTest.film(
                "<SegmentTemplate duration='1' media='$Number%0999999999d$'/><Representation"
                    + " id='1'/>")),
        Arguments.of(
            "an unknown identifier",
            MpdParserTest.film(
                "<SegmentTemplate duration='1' media='$Frob$'/><Representation id='1'/>")),
        Arguments.of(
            "a file URL",
            MpdParserTest.film(
                "<BaseURL>file:///etc/</BaseURL><SegmentTemplate duration='1'"
                    + " media='passwd'/><Representation id='1'/>")),
        Arguments.of(
            "loopback from afar",
            MpdParserTest.film(
                "<BaseURL>http://127.0.0.1:8080/</BaseURL><SegmentTemplate duration='1'"
                    + " media='a'/><Representation id='1'/>")),
        Arguments.of(
            "a remote Period",
            "<MPD><Period xmlns:x='http://www.w3.org/1999/xlink' x:href='http://a/'/></MPD>"),
        Arguments.of(
            "a duration of nonsense", "<MPD mediaPresentationDuration='PTS'><Period/></MPD>"),
        Arguments.of(
            "a negative bandwidth", MpdParserTest.film("<Representation id='1' bandwidth='-5'/>")),
        Arguments.of(
            "listed segments that last longer than a number can say",
            MpdParserTest.film(
                    "<SegmentList timescale='2147483647' duration='1125899906842624'>"
                        + "<SegmentURL media='a'/>".repeat(16_384)
                        + "</SegmentList><Representation id='1'/>")
                .replace("PT10S", "PT999999999999S")),
        Arguments.of(
            "constant segments that last longer than a number can say",
            MpdParserTest.film(
                    "<SegmentTemplate timescale='2147483647' duration='1125899906842624'"
                        + " media='$Number$'/><Representation id='1'/>")
                .replace("PT10S", "PT500000000000S")),
        Arguments.of(
            "a segment as long as a Period beyond all numbers",
            MpdParserTest.film(
                    "<SegmentTemplate timescale='2147483647' media='a'/><Representation id='1'/>")
                .replace("PT10S", "PT999999999999S")),
        Arguments.of(
            "runs that each begin at 0 and last for ever",
            MpdParserTest.film(timeline("<S t='0' d='1125899906842624' r='1000'/>".repeat(3)))),
        Arguments.of("no XML", "\u0000\u0001\u0002"),
        Arguments.of("another document", "<html/>"));
  }

  private static String timeline(String runs) {
    return "<SegmentTemplate media='$Time$'><SegmentTimeline>"
        + runs
        + "</SegmentTimeline></SegmentTemplate><Representation id='1' bandwidth='1'/>";
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void anAttackIsRefusedWithAReason(String name, String manifest) {
    var parser = new MpdParser(DashLimits.defaults());
    byte[] document = manifest.getBytes(UTF_8);
    Budget.ATTACK.holds(
        () ->
            assertThatThrownBy(() -> parser.parse(document, HERE))
                .isInstanceOf(MpdException.class)
                .message()
                .isNotBlank());
  }

  /** A few bytes each that would stand for megabytes. */
  static Stream<Arguments> amplifiers() {
    return Stream.of(
        Arguments.of(
            "a timeline that each of many representations reads anew",
            MpdParserTest.film(
                "<SegmentTemplate media='$Time$'><SegmentTimeline>"
                    + "<S d='1'/>".repeat(20_000)
                    + "</SegmentTimeline></SegmentTemplate>"
                    + IntStream.range(1, 5_000)
                        .mapToObj(
                            i ->
                                "<Representation><SegmentTemplate timescale='%d'/></Representation>"
                                    .formatted(i))
                        .collect(Collectors.joining()))),
        Arguments.of(
            "long base URLs above many short ones",
            MpdParserTest.film(
                ("<BaseURL>/" + "a".repeat(4_000) + "/</BaseURL>").repeat(60)
                    + "<SegmentTemplate duration='1' media='$Number$'/>"
                    + "<Representation><BaseURL>x/</BaseURL></Representation>".repeat(50_000))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("amplifiers")
  void whatIsSaidOnceForManyIsBoundedInSum(String name, String manifest) {
    byte[] document = manifest.getBytes(UTF_8);
    new Budget(Duration.ofSeconds(3), 256 << 20)
        .holds(
            () ->
                assertThatThrownBy(() -> new MpdParser(DashLimits.defaults()).parse(document, HERE))
                    .isInstanceOf(MpdException.class));
  }

  @Test
  void aMillionSegmentsInOneLineCostAsMuchAsOne() throws Exception {
    var limits = DashLimits.defaults();
    String text =
        "<MPD mediaPresentationDuration='PT1000000S'><Period><AdaptationSet>"
            + timeline("<S d='1' r='999998'/>")
            + "</AdaptationSet></Period></MPD>";
    byte[] document = text.getBytes(UTF_8);
    new Budget(Duration.ofMillis(100), 1 << 20)
        .holds(
            () -> {
              var mpd = new MpdParser(limits).parse(document, HERE);
              var r = mpd.periods().getFirst().sets().getFirst().representations().getFirst();
              assertThat(((Mpd.Addressing.Template) r.addressing()).timeline().count())
                  .isEqualTo(999_999);
            });
  }

  @Test
  void whatIsSharedByManyRepresentationsIsReadOnce() {
    String text =
        MpdParserTest.film(
            "<Label/>".repeat(20_000)
                + "<SegmentTemplate media='$Time$'><Label/>"
                + "<SegmentTimeline>"
                + "<S d='1'/><S d='2'/>".repeat(5_000)
                + "</SegmentTimeline></SegmentTemplate>"
                + "<Representation id='1'/>".repeat(20_000));
    byte[] document = text.getBytes(UTF_8);
    new Budget(Duration.ofSeconds(2), 128 << 20)
        .holds(
            () -> {
              var mpd = new MpdParser(DashLimits.defaults()).parse(document, HERE);
              var all = mpd.periods().getFirst().sets().getFirst().representations();
              assertThat(all).hasSize(20_000);
              var last = (Mpd.Addressing.Template) all.getLast().addressing();
              assertThat(last.timeline().count()).isEqualTo(10_000);
            });
  }

  @Test
  void aListInAPeriodOfNoLengthHasOneSegment() throws Exception {
    String text =
        MpdParserTest.film(
                "<SegmentList duration='4'><SegmentURL media='a'/><SegmentURL media='b'/>"
                    + "</SegmentList><Representation id='1'/>")
            .replace("PT10S", "PT0S");
    var mpd = new MpdParser(DashLimits.defaults()).parse(text.getBytes(UTF_8), HERE);
    var r = mpd.periods().getFirst().sets().getFirst().representations().getFirst();
    assertThat(((Mpd.Addressing.Listed) r.addressing()).media()).hasSize(1);
  }

  @Test
  void elementsAndAttributesOfOthersAreNotTheStandards() throws Exception {
    String text =
        MpdParserTest.film(
                "<SegmentTemplate duration='4' media='a$Number$' x:media='b'/>"
                    + "<x:Representation id='2'/><Representation x:id='3' id='1'/>")
            .replace("<MPD ", "<MPD xmlns:x='urn:somebody' ")
            .replace("<Period>", "<x:Period/><Period>");
    var mpd = new MpdParser(DashLimits.defaults()).parse(text.getBytes(UTF_8), HERE);
    assertThat(mpd.periods()).hasSize(1);
    var all = mpd.periods().getFirst().sets().getFirst().representations();
    assertThat(all).singleElement().satisfies(r -> assertThat(r.id()).isEqualTo("1"));
    var template = (Mpd.Addressing.Template) all.getFirst().addressing();
    assertThat(template.media().expand("1", 1, 7, 0)).isEqualTo("a7");
  }

  @Test
  void longNamesAroundManyElementsCostNoMoreThanTheyHold() {
    String name = "a".repeat(900);
    String text =
        "<MPD>"
            + ("<" + name + ">").repeat(29)
            + "<a/>".repeat(50_000)
            + ("</" + name + ">").repeat(29)
            + "</MPD>";
    byte[] document = text.getBytes(UTF_8);
    new Budget(Duration.ofSeconds(1), 64 << 20)
        .holds(
            () ->
                assertThatThrownBy(() -> new MpdParser(DashLimits.defaults()).parse(document, HERE))
                    .hasMessageContaining("without a Period"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/a",
        "http://127.1/a",
        "http://2130706433/a",
        "http://[::1]/a",
        "http://[::ffff:127.0.0.1]/a",
        "http://[0:0:0:0:0:0:0:1]/a",
        "http://0.0.0.0/a",
        "http://[::]/a",
        "http://localhost./a",
        "http://a.LOCALHOST/a",
        "//127.0.0.1/a",
        "file:///etc/passwd",
        "gopher://x/",
        "|x:y",
        "http://a b/"
      })
  void aReferenceThatAManifestFromAfarHasNoBusinessWithIsRefused(String reference) {
    var policy =
        new UrlPolicy(URI.create("http://cdn.example/film/manifest.mpd"), DashLimits.defaults());
    var base = URI.create("http://cdn.example/film/");
    assertThatThrownBy(() -> policy.resolve(base, reference, 0)).isInstanceOf(MpdException.class);
  }

  @Test
  void aHostWithAnUnderlineIsAHost() throws Exception {
    var policy =
        new UrlPolicy(URI.create("http://cdn_1.example/film/manifest.mpd"), DashLimits.defaults());
    var base = URI.create("http://cdn_1.example:8080/film/");
    assertThat(policy.resolve(base, "1.m4s", 0))
        .hasToString("http://cdn_1.example:8080/film/1.m4s");
    assertThat(policy.resolve(base, "http://edge_2/x", 0)).hasToString("http://edge_2/x");
    assertThatThrownBy(() -> policy.resolve(base, "http://127.1/x", 0))
        .isInstanceOf(MpdException.class);
    assertThatThrownBy(() -> policy.resolve(base, "http://a_b.localhost/x", 0))
        .isInstanceOf(MpdException.class);
  }

  @Test
  void aReferenceWithABlankIsReadAsItIsMeant() throws Exception {
    var policy =
        new UrlPolicy(URI.create("http://cdn.example/film/manifest.mpd"), DashLimits.defaults());
    var base = URI.create("http://cdn.example/film/");
    assertThat(policy.resolve(base, "a b/1.m4s", 0))
        .hasToString("http://cdn.example/film/a%20b/1.m4s");
  }

  /** Nothing is fetched for a manifest: the peer that it names hears nothing. */
  @Test
  void noOtherDocumentIsFetched() throws Exception {
    try (var peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      peer.setSoTimeout(50);
      String url = "http://127.0.0.1:" + peer.getLocalPort() + "/x";
      for (String manifest :
          new String[] {
            "<!DOCTYPE MPD SYSTEM '" + url + "'><MPD/>",
            "<!DOCTYPE MPD [<!ENTITY % a SYSTEM '" + url + "'> %a;]><MPD/>",
            "<!DOCTYPE MPD [<!ENTITY a SYSTEM '" + url + "'>]><MPD>&a;</MPD>",
            "<MPD><Period xmlns:x='http://www.w3.org/1999/xlink' x:href='" + url + "'/></MPD>",
            "<MPD><Location>" + url + "</Location></MPD>",
          }) {
        assertThatThrownBy(
                () -> new MpdParser(DashLimits.defaults()).parse(manifest.getBytes(UTF_8), HERE))
            .isInstanceOf(MpdException.class);
      }
      assertThatThrownBy(peer::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void whatIsWrongIsInTheExceptionAndNothingIsPrinted() {
    var printed = new ByteArrayOutputStream();
    PrintStream standard = System.err;
    System.setErr(new PrintStream(printed, true, UTF_8));
    try {
      attacks()
          .forEach(
              attack -> {
                byte[] document = String.valueOf(attack.get()[1]).getBytes(UTF_8);
                assertThatThrownBy(() -> new MpdParser(DashLimits.defaults()).parse(document, HERE))
                    .isInstanceOf(MpdException.class);
              });
    } finally {
      System.setErr(standard);
    }
    assertThat(printed.toString(UTF_8)).isEmpty();
  }
}
