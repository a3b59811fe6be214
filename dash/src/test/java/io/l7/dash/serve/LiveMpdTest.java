package io.l7.dash.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.dash.bmff.Films;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.live.LiveForm;
import io.l7.dash.live.LiveSetting;
import io.l7.dash.pack.Presentation;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Element;

/**
 * The shape of a live manifest: the elements of each level in the schema's order, and what must be
 * on them. The schema itself is where its terms let it be (see {@code MpdSchemaTest}).
 */
class LiveMpdTest {
  /** The sequences of ISO/IEC 23009-1 annex B, as far as our manifests use them. */
  private static final Map<String, List<String>> ORDER =
      Map.of(
          "MPD", List.of("BaseURL", "Location", "Period", "UTCTiming"),
          "Period", List.of("BaseURL", "SegmentTemplate", "AdaptationSet"),
          "AdaptationSet",
              List.of(
                  "AudioChannelConfiguration",
                  "EssentialProperty",
                  "SupplementalProperty",
                  "Role",
                  "SegmentTemplate",
                  "Representation"),
          "Representation",
              List.of("AudioChannelConfiguration", "SupplementalProperty", "SegmentTemplate"),
          "SegmentTemplate", List.of("SegmentTimeline"),
          "SegmentTimeline", List.of("S"),
          "S", List.of(),
          "UTCTiming", List.of());

  private static final Map<String, List<String>> REQUIRED =
      Map.of(
          "MPD",
              List.of(
                  "profiles",
                  "type",
                  "availabilityStartTime",
                  "publishTime",
                  "minimumUpdatePeriod",
                  "minBufferTime"),
          "Period", List.of("id", "start"),
          "Representation", List.of("id", "bandwidth", "codecs", "mimeType"),
          "SegmentTemplate", List.of("timescale", "media", "initialization", "startNumber"),
          "S", List.of("d"),
          "UTCTiming", List.of("schemeIdUri", "value"));

  @TempDir Path folder = Path.of("");

  private Element root(LiveForm form, long second) throws Exception {
    Path one = folder.resolve("one.mp4");
    Path two = folder.resolve("two.mp4");
    Files.write(one, Films.plain(120, 25));
    // Cut at other ticks: each representation has a template of its own then.
    Files.write(two, Films.reordered(Seeded.random("a second rung"), 12_800, 120, 25));
    var film =
        Presentation.open(
            List.of(one, two), Duration.ofSeconds(1), Disk.real(), DashLimits.defaults());
    try (var live =
        new LiveLoop(
            new JustInTime(film, List.of("http://a.example/", "http://b.example/")),
            new LiveSetting(Duration.ofSeconds(20), Duration.ZERO, form),
            () -> Instant.ofEpochSecond(second),
            DashLimits.defaults())) {
      var found = live.find("manifest.mpd").orElseThrow();
      byte[] text = found.content().open(0, found.length()).bytes(1 << 20);
      return DocumentBuilderFactory.newDefaultNSInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(text))
          .getDocumentElement();
    }
  }

  private static List<Element> children(Element of) {
    var all = new ArrayList<Element>();
    for (int i = 0; i < of.getChildNodes().getLength(); i++) {
      if (of.getChildNodes().item(i) instanceof Element child) {
        all.add(child);
      }
    }
    return all;
  }

  private static void check(Element element) {
    String name = element.getLocalName();
    assertThat(element.getNamespaceURI()).isEqualTo("urn:mpeg:dash:schema:mpd:2011");
    for (String attribute : REQUIRED.getOrDefault(name, List.of())) {
      assertThat(element.getAttribute(attribute)).as("%s@%s", name, attribute).isNotEmpty();
    }
    var order = ORDER.getOrDefault(name, List.of());
    var places =
        children(element).stream().map(child -> order.indexOf(child.getLocalName())).toList();
    assertThat(places).as("in %s", name).isSorted().doesNotContain(-1);
    children(element).stream()
        .filter(child -> ORDER.containsKey(child.getLocalName()))
        .forEach(LiveMpdTest::check);
  }

  @ParameterizedTest
  @EnumSource(LiveForm.class)
  @Spec("ISO/IEC 23009-1 §B")
  void elementsStandInOrderAndSayWhatTheyMust(LiveForm form) throws Exception {
    for (long second = 1_772_366_400L; second < 1_772_366_412L; second++) {
      var root = root(form, second);
      check(root);
      assertThat(root.getAttribute("type")).isEqualTo("dynamic");
      for (String time : List.of("availabilityStartTime", "publishTime")) {
        assertThat(root.getAttribute(time)).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}(\\.\\d+)?Z");
      }
      for (String duration :
          List.of("minimumUpdatePeriod", "timeShiftBufferDepth", "minBufferTime")) {
        assertThat(root.getAttribute(duration)).matches("PT\\d+(\\.\\d+)?S");
      }
    }
  }
}
