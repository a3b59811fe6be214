package io.l7.dash.pack;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.common.disk.Disk;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Conformance;
import io.l7.common.testkit.Seeded;
import io.l7.dash.bmff.Films;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.live.LiveForm;
import io.l7.dash.live.LiveSetting;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.JustInTime;
import io.l7.dash.serve.LiveLoop;
import io.l7.http.message.Request;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.bootstrap.DOMImplementationRegistry;
import org.w3c.dom.ls.DOMImplementationLS;
import org.w3c.dom.ls.LSInput;
import org.xml.sax.SAXException;

/**
 * Manifests against the standard's schema, DASH-MPD.xsd. Its terms keep it out of this project: it
 * is looked for in the folder that {@code -Ddash.schema} names, and beside the conformance data.
 */
class MpdSchemaTest {
  private static final String XLINK =
      """
      <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">
        <xs:attribute name="type" type="xs:string"/><xs:attribute name="href" type="xs:anyURI"/>
        <xs:attribute name="show" type="xs:string"/><xs:attribute name="actuate" type="xs:string"/>
      </xs:schema>\
      """;

  @TempDir Path folder = Path.of("");

  private static Schema schema() throws Exception {
    var found =
        Stream.concat(
                Stream.ofNullable(System.getProperty("dash.schema")).map(Path::of),
                Conformance.folder("dash").stream().map(f -> f.resolve("schema")))
            .map(f -> f.resolve("DASH-MPD.xsd"))
            .filter(Files::isReadable)
            .findFirst();
    if (found.isEmpty()) {
      System.out.println("skipped: no DASH-MPD.xsd (-Ddash.schema=FOLDER names where it is)");
    }
    assumeTrue(found.isPresent(), "no DASH-MPD.xsd");
    var implementation =
        (DOMImplementationLS)
            DOMImplementationRegistry.newInstance().getDOMImplementation("XML 3.0 LS 3.0");
    SchemaFactory factory = SchemaFactory.newDefaultInstance();
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
    factory.setResourceResolver(
        (type, namespace, publicId, systemId, base) -> {
          if (!"http://www.w3.org/1999/xlink".equals(namespace)) {
            return null;
          }
          LSInput input = Objects.requireNonNull(implementation).createLSInput();
          input.setCharacterStream(new StringReader(XLINK));
          input.setSystemId("xlink.xsd");
          return input;
        });
    return factory.newSchema(
        new StreamSource(Files.newInputStream(found.orElseThrow()), "DASH-MPD.xsd"));
  }

  private String manifest(ManifestForm form, List<String> baseUrls) throws Exception {
    Path one = folder.resolve("one.mp4");
    Path two = folder.resolve("two.mp4");
    Files.write(one, Films.plain(120, 10));
    Files.write(two, Films.reordered(Seeded.random("a second rung"), 1000, 120, 10));
    Path packed = folder.resolve("packed-" + form);
    try (var film =
        Presentation.open(
            List.of(one, two), Duration.ofMillis(400), Disk.real(), DashLimits.defaults())) {
      new FolderPacker(packed, form, FolderPacker.Playlists.NONE, baseUrls).write(film);
    }
    return Files.readString(packed.resolve("manifest.mpd"));
  }

  @ParameterizedTest
  @EnumSource(ManifestForm.class)
  @Spec("ISO/IEC 23009-1 §B")
  void everyFormIsValid(ManifestForm form) throws Exception {
    var validator = schema().newValidator();
    for (var urls : List.of(List.<String>of(), List.of("http://a.example/", "http://b.example/"))) {
      String manifest = manifest(form, urls);
      assertThatCode(() -> validator.validate(new StreamSource(new StringReader(manifest))))
          .as(manifest)
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @EnumSource(LiveForm.class)
  void whatIsLiveIsValid(LiveForm form) throws Exception {
    var validator = schema().newValidator();
    Path one = folder.resolve("one.mp4");
    Files.write(one, Films.plain(120, 25));
    var film =
        Presentation.open(List.of(one), Duration.ofSeconds(1), Disk.real(), DashLimits.defaults());
    var setting = new LiveSetting(Duration.ofSeconds(20), Duration.ZERO, form);
    try (var live =
        new LiveLoop(
            new JustInTime(film, List.of("http://a.example/")),
            setting,
            InstantSource.system(),
            DashLimits.defaults())) {
      var answer =
          new DashHandler(live, _ -> {}).handle(Request.get("http://a.example/manifest.mpd"));
      String manifest = new String(answer.body().bytes(1 << 20), StandardCharsets.UTF_8);
      assertThatCode(() -> validator.validate(new StreamSource(new StringReader(manifest))))
          .as(manifest)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void aManifestThatBreaksTheSchemaIsFound() throws Exception {
    var validator = schema().newValidator();
    String manifest = manifest(ManifestForm.TIMELINE, List.of());
    String broken = manifest.replace("minBufferTime=", "minimumBufferTime=");
    assertThatThrownBy(() -> validator.validate(new StreamSource(new StringReader(broken))))
        .isInstanceOf(SAXException.class)
        .hasMessageContaining("minimumBufferTime");
  }
}
