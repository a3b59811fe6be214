package io.l7.dash.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.testkit.Seeded;
import io.l7.dash.bmff.Films;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd.ByteRange;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.Presentation;
import io.l7.dash.testkit.Budget;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is packed passes; each kind of damage is found by its rule. */
class LinterTest {
  private static final DashLimits LIMITS = DashLimits.defaults();

  @TempDir Path folder = Path.of("");

  private Path pack(ManifestForm form) throws Exception {
    Path low = folder.resolve("low.mp4");
    Path high = folder.resolve("high.mp4");
    Files.write(low, Films.plain(100, 25));
    Files.write(high, Films.reordered(Seeded.random("a second rung"), 1000, 100, 25));
    Path packed = folder.resolve("packed");
    // A rung of its own: uneven pictures are cut at other times than even ones.
    List<Path> rungs = form == ManifestForm.NUMBER ? List.of(low) : List.of(high);
    try (var film = Presentation.open(rungs, Duration.ofSeconds(1), Disk.real(), LIMITS)) {
      new FolderPacker(packed, form, FolderPacker.Playlists.NONE, List.of()).write(film);
    }
    return packed;
  }

  private static byte[] read(URI uri, Optional<ByteRange> range) throws IOException {
    byte[] all = Files.readAllBytes(Path.of(uri));
    return range.isEmpty()
        ? all
        : Arrays.copyOfRange(all, (int) range.get().first(), (int) range.get().last() + 1);
  }

  private static List<Finding> lint(Path packed, String manifest) {
    return new Linter(LinterTest::read, LIMITS)
        .check(manifest.getBytes(StandardCharsets.UTF_8), packed.resolve("manifest.mpd").toUri());
  }

  private static String manifest(Path packed) throws IOException {
    return Files.readString(packed.resolve("manifest.mpd"));
  }

  @ParameterizedTest
  @EnumSource(ManifestForm.class)
  void whatIsPackedPasses(ManifestForm form) throws Exception {
    Path packed = pack(form);
    assertThat(lint(packed, manifest(packed))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ManifestForm.class)
  void aFilmOfAVaryingRatePasses(ManifestForm form) throws Exception {
    Path film = folder.resolve("uneven.mp4");
    Files.write(
        film, Films.reordered(Seeded.random("uneven"), 1000, 100, 25, keyframe -> keyframe % 3));
    Path packed = folder.resolve("packed");
    try (var opened =
        Presentation.open(List.of(film), Duration.ofSeconds(1), Disk.real(), LIMITS)) {
      new FolderPacker(packed, form, FolderPacker.Playlists.NONE, List.of()).write(opened);
    }
    assertThat(lint(packed, manifest(packed))).isEmpty();
  }

  @Test
  void subtitlesInSegmentsAreLookedForAndNotReadAsPictures() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    Path text = Files.createDirectories(packed.resolve("t"));
    Files.write(text.resolve("init.mp4"), new byte[] {1});
    Files.write(text.resolve("1.m4s"), new byte[] {1});
    String set =
        "<AdaptationSet contentType='text' mimeType='application/mp4' codecs='stpp'>"
            + "<SegmentTemplate duration='%s' initialization='t/init.mp4' media='t/$Number$.m4s'/>"
            + "<Representation id='t' bandwidth='100'/></AdaptationSet></Period>";
    assertThat(lint(packed, manifest(packed).replace("</Period>", set.formatted("100")))).isEmpty();
    assertThat(lint(packed, manifest(packed).replace("</Period>", set.formatted("2"))))
        .isNotEmpty()
        .allSatisfy(finding -> assertThat(finding.rule()).isEqualTo("segment-there"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mpd-readable|<Period|<Perio",
        "mpd-attribute|profiles=|profile=",
        "mpd-attribute|minBufferTime=|minimumBufferTime=",
        "mpd-attribute|type=\"static\"|type=\"dynamic\"",
        "mpd-duration|\\w*[dD]uration=\"PT4[^\"]*\"|",
        "mpd-empty|(?s)<AdaptationSet.*</AdaptationSet>|",
        "representation-id|(<Representation )id=\"[^\"]*\"|$1",
        "representation-id|(?s)(<Representation .*?</Representation>)|$1$1",
        "bandwidth|bandwidth=\"\\d+\"|",
        "bandwidth|bandwidth=\"\\d+\"|bandwidth=\"1000\"",
        "mime-type|mimeType=\"[^\"]*\"|",
        "codecs|codecs=\"[^\"]*\"|",
        "codecs|codecs=\"[^\"]*\"|codecs=\"avc1.42001e\"",
        "picture-size|( width=\")\\d+|$1999",
        "picture-size| width=| x=",
        "initialization|initialization=|x=",
        "segment-there|$RepresentationID$/init.mp4|gone.mp4",
        "template|$Number$|1",
        "segment-there|$Number$|9$Number$",
        "timescale|(SegmentTemplate timescale=)\"\\d+\"|$1\"7\"",
        "segment-time|(<S t=\")\\d+|$1500",
        "segment-duration|( d=\")(\\d)|$19",
        "timeline|(<S d=)|<S t=\"1\" d=",
        "timeline|(<S d=)|<S t=\"900000\" d=",
        "duration|(<Period .*duration=\")[^\"]*|$1PT30S",
      })
  void damageToAManifestIsFoundByItsRule(String rule, String what, String instead)
      throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    String whole = manifest(packed);
    String with = instead == null ? "" : instead;
    String damaged =
        what.startsWith("$") ? whole.replace(what, with) : whole.replaceAll(what, with);
    assertThat(damaged).isNotEqualTo(whole);
    if (rule.equals("initialization") && with.equals("gone.mp4")) {
      assertThat(lint(packed, damaged)).extracting(Finding::rule).contains("segment-there");
    } else {
      assertThat(lint(packed, damaged)).as(damaged).extracting(Finding::rule).contains(rule);
    }
  }

  /** Replaces bytes of a file. */
  private static void damage(Path file, int at, int... bytes) throws IOException {
    byte[] content = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i++) {
      content[at + i] = (byte) bytes[i];
    }
    Files.write(file, content);
  }

  private static int find(Path file, String name) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(name);
  }

  private List<String> rules(Path packed) throws IOException {
    return lint(packed, manifest(packed)).stream().map(Finding::rule).toList();
  }

  @Test
  void damageToSegmentsIsFoundByItsRule() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    Path first = packed.resolve("v180p/1.m4s");
    Path second = packed.resolve("v180p/2.m4s");
    byte[] whole = Files.readAllBytes(first);

    Files.write(first, Arrays.copyOf(whole, whole.length - 1));
    assertThat(rules(packed)).contains("segment-readable");

    Files.write(first, Files.readAllBytes(second));
    assertThat(rules(packed)).contains("segment-time");

    // The flags of the first sample in trun: a picture that depends on others.
    Files.write(first, whole);
    damage(first, find(first, "trun") + 24, 1, 1, 0, 0);
    assertThat(rules(packed)).contains("segment-sap");

    Files.delete(first);
    assertThat(rules(packed)).contains("segment-there");

    Files.write(packed.resolve("v180p/init.mp4"), new byte[20]);
    assertThat(rules(packed)).contains("segment-readable");
  }

  @Test
  void damageToAnIndexedFileIsFoundByItsRule() throws Exception {
    Path packed = pack(ManifestForm.ON_DEMAND);
    Path file = packed.resolve("v180p.mp4");
    byte[] whole = Files.readAllBytes(file);
    int index = find(file, "sidx");

    // subsegment_duration of the first reference.
    damage(file, index + 40, 0, 0, 0, 9);
    assertThat(rules(packed)).contains("segment-duration", "segment-time");

    Files.write(file, whole);
    damage(file, index, 'f', 'r', 'e', 'e');
    assertThat(rules(packed)).contains("index");

    Files.write(file, whole);
    damage(file, find(file, "trun") + 24, 1, 1, 0, 0);
    assertThat(rules(packed)).contains("segment-sap");
  }

  @Test
  void rungsThatAreCutAtOtherTimesOrHaveAnotherAspectAreFound() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    String set =
        """
        <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="p" minBufferTime="PT1S"
            mediaPresentationDuration="PT4S"><Period><AdaptationSet contentType="video" mimeType="video/webm">
          <Representation id="a" bandwidth="1" codecs="vp9" width="160" height="90">
            <SegmentTemplate timescale="10" media="$Number$"><SegmentTimeline><S t="0" d="10" r="3"/></SegmentTimeline></SegmentTemplate>
          </Representation>
          <Representation id="b" bandwidth="2" codecs="vp9" width="160" height="%s">
            <SegmentTemplate timescale="20" media="$Number$"><SegmentTimeline><S t="0" d="%s" r="3"/></SegmentTimeline></SegmentTemplate>
          </Representation></AdaptationSet></Period></MPD>
        """;
    assertThat(lint(packed, set.formatted("90", "20")))
        .extracting(Finding::rule)
        .doesNotContain("alignment", "aspect");
    assertThat(lint(packed, set.formatted("120", "20")))
        .extracting(Finding::rule)
        .contains("aspect");
    assertThat(lint(packed, set.formatted("90", "21")))
        .extracting(Finding::rule)
        .contains("alignment");
    Budget.ATTACK.holds(
        () ->
            lint(packed, set.replace("t=\"0\"", "t=\"4611686018427387904\"").formatted("90", "9")));
  }

  @Test
  void aTemplateThatLeadsElsewhereIsAFindingAndNotFollowed() throws Exception {
    Path packed = pack(ManifestForm.TIMELINE);
    String text = Files.readString(packed.resolve("manifest.mpd"));
    String away = text.replace("media=\"", "media=\"http://127.0.0.1:9/");
    var asked = new ArrayList<URI>();
    var findings =
        new Linter(
                (uri, range) -> {
                  asked.add(uri);
                  return read(packed.resolve(uri.getPath().substring(1)).toUri(), range);
                },
                LIMITS)
            .check(
                away.getBytes(StandardCharsets.UTF_8),
                URI.create("http://cdn.example/manifest.mpd"));
    assertThat(findings)
        .anyMatch(f -> f.rule().equals("segment-there") && f.message().contains("this machine"));
    assertThat(asked).allMatch(uri -> uri.getHost().equals("cdn.example"));
  }
}
