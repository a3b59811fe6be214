package io.l7.dash.mpd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.dash.limits.DashLimits;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Whatever the text: a model whose figures can be, or a typed error. */
class MpdFuzzTest {
  private static final DashLimits LIMITS = DashLimits.defaults();
  private static final URI HERE = URI.create("http://media.example/film/manifest.mpd");

  @FuzzTest(maxDuration = "5s")
  void aManifestIsReadOrRefused(byte[] document) {
    Mpd mpd;
    try {
      mpd = new MpdParser(LIMITS).parse(document, HERE);
    } catch (MpdException refused) {
      assertThat(refused.getMessage()).isNotBlank();
      return;
    }
    for (var period : mpd.periods()) {
      for (var set : period.sets()) {
        set.representations().forEach(MpdFuzzTest::isPlausible);
      }
    }
  }

  private static void isPlausible(Mpd.Representation r) {
    assertThat(r.bandwidth()).isNotNegative();
    assertThat(r.baseUrls()).isNotEmpty();
    assertThat(r.addressing().timescale()).isPositive();
    if (r.addressing() instanceof Mpd.Addressing.Template t) {
      long count = t.timeline().count();
      assertThat(count).isBetween(1L, (long) LIMITS.segments());
      assertThat(t.timeline().total()).isNotNegative();
      for (long k = 0; k < Math.min(count, 20); k++) {
        assertThat(t.timeline().duration(k)).isPositive();
        assertThat(t.timeline().time(k)).isNotNegative();
        t.media().expand(r.id(), r.bandwidth(), t.startNumber() + k, t.timeline().time(k));
      }
    }
  }

  @FuzzTest(maxDuration = "5s")
  void aTemplateExpandsToABoundedUrlOrIsRefused(byte[] text) {
    String template = new String(text, StandardCharsets.UTF_8);
    try {
      String url = UrlTemplate.compile(template, 1, LIMITS).expand("v1", 700_000, 12, 48_000);
      assertThat(url.length()).isLessThanOrEqualTo(20 * template.length() + 20);
      if (template.indexOf('$') < 0) {
        assertThat(url).isEqualTo(template);
      }
    } catch (MpdException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }
}
