package io.l7.dash.mpd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.l7.common.json.Json;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Conformance;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd.Addressing;
import io.l7.dash.mpd.Mpd.Representation;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MpdParserTest {
  private static final DashLimits LIMITS = DashLimits.defaults();
  private static final URI HERE = URI.create("http://media.example/film/manifest.mpd");

  static Mpd parse(String text) throws MpdException {
    return new MpdParser(LIMITS).parse(text.getBytes(UTF_8), HERE);
  }

  static String film(String inside) {
    return "<MPD xmlns='urn:mpeg:dash:schema:mpd:2011' mediaPresentationDuration='PT10S'>"
        + "<Period><AdaptationSet mimeType='video/mp4'>"
        + inside
        + "</AdaptationSet></Period></MPD>";
  }

  private static Addressing.Template template(Mpd mpd) {
    return (Addressing.Template) only(mpd).addressing();
  }

  private static Representation only(Mpd mpd) {
    return mpd.periods().getFirst().sets().getFirst().representations().getFirst();
  }

  @Test
  @Spec("ISO/IEC 23009-1 §5.3.9.6")
  void aTimelineStaysRunLengthCoded() throws Exception {
    var mpd =
        parse(
            film(
                "<SegmentTemplate timescale='90000'"
                    + " media='$RepresentationID$/$Number%05d$.m4s'><SegmentTimeline><S t='900'"
                    + " d='360000' r='2'/><S"
                    + " d='180000'/></SegmentTimeline></SegmentTemplate><Representation id='v1'"
                    + " bandwidth='100000'/>"));
    var timeline = template(mpd).timeline();
    assertThat(timeline.count()).isEqualTo(4);
    assertThat(timeline.time(3)).isEqualTo(900 + 3 * 360_000);
    assertThat(timeline.duration(3)).isEqualTo(180_000);
    assertThat(template(mpd).media().expand("v1", 100_000, 7, 0)).isEqualTo("v1/00007.m4s");
  }

  @Test
  @Spec("ISO/IEC 23009-1 §5.3.9.6.1")
  void aNegativeRepeatRunsToTheEndOfThePeriod() throws Exception {
    var mpd =
        parse(
            film(
                "<SegmentTemplate timescale='1' media='$Time$.m4s'><SegmentTimeline>"
                    + "<S t='0' d='4' r='-1'/></SegmentTimeline></SegmentTemplate>"
                    + "<Representation id='v1' bandwidth='1'/>"));
    assertThat(template(mpd).timeline().count()).isEqualTo(3);
  }

  @Test
  @Spec("ISO/IEC 23009-1 §5.3.9.5.3")
  void constantSegmentsFillThePeriodAndTheLastIsShorter() throws Exception {
    var mpd =
        parse(
            film(
                "<SegmentTemplate timescale='1000' duration='4000' startNumber='5'"
                    + " media='$Number$'/><Representation id='v1' bandwidth='1'/>"));
    var timeline = template(mpd).timeline();
    assertThat(timeline.count()).isEqualTo(3);
    assertThat(timeline.duration(2)).isEqualTo(2000);
    assertThat(timeline.total()).isEqualTo(10_000);
  }

  @Test
  @Spec("ISO/IEC 23009-1 §5.6.4")
  void severalBaseUrlsKeepTheirOrderAndNest() throws Exception {
    var mpd =
        parse(
            "<MPD mediaPresentationDuration='PT4S'><BaseURL"
                + " serviceLocation='a'>http://a.example/</BaseURL><BaseURL"
                + " serviceLocation='b'>http://b.example/x/</BaseURL><Period><AdaptationSet><BaseURL>video/</BaseURL><SegmentTemplate"
                + " duration='4' media='$Number$'/><Representation id='1'"
                + " bandwidth='1'/></AdaptationSet></Period></MPD>");
    assertThat(only(mpd).baseUrls())
        .containsExactly(
            new Mpd.BaseUrl(URI.create("http://a.example/video/"), "a"),
            new Mpd.BaseUrl(URI.create("http://b.example/x/video/"), "b"));
  }

  /**
   * The manifests whose models mpd-parser's own tests give; live ones and those of other containers
   * apart.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<SegmentTemplate duration='2' media='$Number$'/>",
        "<SegmentTemplate media='$Number$'><SegmentTimeline><S t='0' d='2'"
            + " r='-1'/></SegmentTimeline></SegmentTemplate>"
      })
  void aChannelThatIsAnnouncedForYearsHasAsManySegmentsAsItTakes(String template) throws Exception {
    String text =
        "<MPD type='dynamic' availabilityStartTime='2020-01-01T00:00:00Z'><Period id='1'"
            + " start='PT0S' duration='P1000D'><AdaptationSet mimeType='video/mp4'><Representation"
            + " id='v' bandwidth='1'>"
            + template
            + "</Representation></AdaptationSet></Period></MPD>";
    assertThat(template(parse(text)).timeline().count()).isEqualTo(43_200_000);
    assertThatThrownBy(() -> parse(text.replace("dynamic", "static")))
        .isInstanceOf(MpdException.class)
        .hasMessageContaining("1000000 segments");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "608-captions",
        "708-captions",
        "location",
        "locations",
        "maat_vtt_segmentTemplate",
        "multiperiod-segment-list",
        "multiperiod-segment-template",
        "multiperiod",
        "quality-ranking",
        "segmentList",
        "vtt_codecs"
      })
  void segmentsAreThoseThatMpdParserFinds(String name) throws Exception {
    Path folder = Conformance.required("dash").resolve("mpd-parser");
    byte[] document = Files.readAllBytes(folder.resolve(name + ".mpd"));
    Json expected = Json.parse(Files.readString(folder.resolve(name + ".expected.json")));
    Mpd mpd = new MpdParser(LIMITS).parse(document, URI.create(""));
    int compared = 0;
    for (Json playlist : expected.at("playlists").elements()) {
      String id = playlist.at("attributes").at("NAME").text();
      List<Found> found = new ArrayList<>();
      for (var period : mpd.periods()) {
        for (var set : period.sets()) {
          set.representations().stream()
              .filter(r -> r.id().equals(id))
              .forEach(r -> found.addAll(segments(r, period)));
        }
      }
      var segments = playlist.at("segments").elements();
      assertThat(found).as(id).hasSameSizeAs(segments);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).url()).isEqualTo(segments.get(i).at("resolvedUri").text());
        assertThat(found.get(i).seconds())
            .isCloseTo(segments.get(i).at("duration").number(), within(0.002));
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(name.equals("quality-ranking") ? 0 : 1);
  }

  private record Found(String url, double seconds) {}

  private static List<Found> segments(Representation r, Mpd.Period period) {
    URI base = r.baseUrls().getFirst().uri();
    var found = new ArrayList<Found>();
    switch (r.addressing()) {
      case Addressing.Template t -> {
        for (int k = 0; k < t.timeline().count(); k++) {
          String url =
              t.media().expand(r.id(), r.bandwidth(), t.startNumber() + k, t.timeline().time(k));
          found.add(
              new Found(
                  base.resolve(url).toString(), (double) t.timeline().duration(k) / t.timescale()));
        }
      }
      case Addressing.Listed l -> {
        for (int k = 0; k < l.media().size(); k++) {
          found.add(
              new Found(
                  base.resolve(l.media().get(k).url()).toString(),
                  (double) l.timeline().duration(k) / l.timescale()));
        }
      }
      case Addressing.Single s -> {
        // What an index would tell is not in the manifest.
        if (s.index().isEmpty()) {
          found.add(new Found(base.toString(), period.durationSeconds().orElse(0)));
        }
      }
    }
    return found;
  }

  @Test
  void aManifestOfNineHundredKilobytesIsReadQuickly() throws Exception {
    var runs = new StringBuilder();
    for (int i = 0; runs.length() < 890_000; i++) {
      runs.append("<S t='").append(i * 1000L).append("' d='1000'/>");
    }
    String text =
        film(
            "<SegmentTemplate timescale='1000' media='$Time$'><SegmentTimeline>"
                + runs
                + "</SegmentTimeline></SegmentTemplate><Representation id='v' bandwidth='1'/>");
    for (int warm = 0; warm < 5; warm++) {
      parse(text);
    }
    long start = System.nanoTime();
    assertThat(template(parse(text)).timeline().count()).isGreaterThan(25_000);
    // The goal is 50 ms; a busy machine may take more.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
  }
}
