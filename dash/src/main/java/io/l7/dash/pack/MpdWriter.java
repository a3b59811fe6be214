package io.l7.dash.pack;

import io.l7.dash.bmff.Track;
import java.io.StringWriter;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes the MPD of a presentation (ISO/IEC 23009-1). Elements stand in the schema's order. */
public final class MpdWriter {
  /**
   * Where our player finds the size of every segment; others skip it (ISO/IEC 23009-1 §5.8.4.9).
   */
  public static final String SEGMENT_SIZES = "urn:io.l7:dash:segment-bytes:2026";

  private static final String NAMESPACE = "urn:mpeg:dash:schema:mpd:2011";
  private static final String CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

  private final Presentation presentation;
  private final ManifestForm form;
  private final List<String> baseUrls;
  private final Map<String, OnDemandFile.Ranges> ranges;
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;

  private MpdWriter(
      Presentation presentation,
      ManifestForm form,
      List<String> baseUrls,
      Map<String, OnDemandFile.Ranges> ranges)
      throws XMLStreamException {
    this.presentation = presentation;
    this.form = form;
    this.baseUrls = baseUrls;
    this.ranges = ranges;
    this.xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
  }

  /**
   * The manifest as text.
   *
   * @param baseUrls where the segments are, in order of preference; empty: beside the manifest
   * @param ranges of the index of each rendition's file, for {@link ManifestForm#ON_DEMAND}
   */
  static String write(
      Presentation presentation,
      ManifestForm form,
      List<String> baseUrls,
      Map<String, OnDemandFile.Ranges> ranges) {
    try {
      return new MpdWriter(presentation, form, baseUrls, ranges).write();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing XML into memory failed", e);
    }
  }

  /** The manifest of a presentation whose segments are addressed one by one. */
  public static String write(Presentation presentation, ManifestForm form, List<String> baseUrls) {
    return write(presentation, form, baseUrls, Map.of());
  }

  private String write() throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    line(0);
    xml.writeStartElement("MPD");
    xml.writeDefaultNamespace(NAMESPACE);
    String profile = form == ManifestForm.ON_DEMAND ? "isoff-on-demand:2011" : "isoff-live:2011";
    xml.writeAttribute("profiles", "urn:mpeg:dash:profile:" + profile);
    xml.writeAttribute("type", "static");
    xml.writeAttribute("mediaPresentationDuration", seconds(presentation.durationMs()));
    xml.writeAttribute("maxSegmentDuration", seconds(presentation.longestSegmentMs()));
    xml.writeAttribute("minBufferTime", seconds(presentation.longestSegmentMs()));
    for (int i = 0; i < baseUrls.size(); i++) {
      line(1);
      xml.writeStartElement("BaseURL");
      xml.writeAttribute("serviceLocation", "edge-" + (i + 1));
      xml.writeCharacters(baseUrls.get(i));
      xml.writeEndElement();
    }
    line(1);
    xml.writeStartElement("Period");
    xml.writeAttribute("id", "1");
    xml.writeAttribute("start", "PT0S");
    xml.writeAttribute("duration", seconds(presentation.durationMs()));
    set(1, "video", presentation.video());
    set(2, "audio", presentation.audio());
    line(1);
    xml.writeEndElement();
    line(0);
    xml.writeEndElement();
    xml.writeEndDocument();
    xml.flush();
    return text + "\n";
  }

  private static String seconds(long ms) {
    return ms % 1000 == 0
        ? String.format(Locale.ROOT, "PT%dS", ms / 1000)
        : String.format(Locale.ROOT, "PT%d.%03dS", ms / 1000, ms % 1000);
  }

  private void set(int id, String type, List<Rendition> renditions) throws XMLStreamException {
    if (renditions.isEmpty()) {
      return;
    }
    var first = renditions.getFirst();
    line(2);
    xml.writeStartElement("AdaptationSet");
    xml.writeAttribute("id", Integer.toString(id));
    xml.writeAttribute("contentType", type);
    if (!first.track().language().equals("und")) {
      xml.writeAttribute("lang", first.track().language());
    }
    xml.writeAttribute("segmentAlignment", "true");
    xml.writeAttribute(
        form == ManifestForm.ON_DEMAND ? "subsegmentStartsWithSAP" : "startWithSAP", "1");
    if (first.track().kind() == Track.Kind.VIDEO) {
      xml.writeAttribute("par", pictureAspect(first));
      xml.writeAttribute(
          "maxWidth", Integer.toString(most(renditions, r -> r.track().sampleEntry().width())));
      xml.writeAttribute(
          "maxHeight", Integer.toString(most(renditions, r -> r.track().sampleEntry().height())));
    }
    boolean shared = form != ManifestForm.ON_DEMAND && sameTimes(renditions);
    if (shared) {
      template(3, first);
    }
    for (var rendition : renditions) {
      representation(rendition, form != ManifestForm.ON_DEMAND && !shared);
    }
    line(2);
    xml.writeEndElement();
  }

  private static int most(List<Rendition> all, ToIntFunction<Rendition> value) {
    return all.stream().mapToInt(value).max().orElse(0);
  }

  private static boolean sameTimes(List<Rendition> renditions) {
    var first = renditions.getFirst();
    for (var other : renditions) {
      if (other.track().timescale() != first.track().timescale()
          || other.presentationTimeOffset() != first.presentationTimeOffset()
          || other.index().count() != first.index().count()
          || IntStream.rangeClosed(0, first.index().count())
              .anyMatch(k -> other.index().time(k) != first.index().time(k))) {
        return false;
      }
    }
    return true;
  }

  private static String pictureAspect(Rendition r) {
    var entry = r.track().sampleEntry();
    double aspect =
        (double) entry.width()
            * entry.pixelAspect().width()
            / entry.height()
            / entry.pixelAspect().height();
    for (int height = 1; height <= 100; height++) {
      double width = aspect * height;
      if (Math.abs(width - Math.rint(width)) < 0.002 * height) {
        return Math.round(width) + ":" + height;
      }
    }
    return Math.round(aspect * 100) + ":100";
  }

  private void representation(Rendition r, boolean ownTemplate) throws XMLStreamException {
    var entry = r.track().sampleEntry();
    line(3);
    xml.writeStartElement("Representation");
    xml.writeAttribute("id", r.id());
    xml.writeAttribute("mimeType", entry.isVideo() ? "video/mp4" : "audio/mp4");
    xml.writeAttribute("codecs", entry.codecs());
    xml.writeAttribute("bandwidth", Long.toString(r.peakBandwidth()));
    if (entry.isVideo()) {
      xml.writeAttribute("width", Integer.toString(entry.width()));
      xml.writeAttribute("height", Integer.toString(entry.height()));
      xml.writeAttribute("sar", entry.pixelAspect().width() + ":" + entry.pixelAspect().height());
      xml.writeAttribute("frameRate", frameRate(r));
    } else {
      xml.writeAttribute("audioSamplingRate", Integer.toString(entry.sampleRate()));
      line(4);
      descriptor("AudioChannelConfiguration", CHANNELS, Integer.toString(entry.channels()));
    }
    line(4);
    String sizes =
        IntStream.range(0, r.index().count())
            .mapToObj(k -> Long.toString(r.segmentBytes(k)))
            .collect(Collectors.joining(" "));
    descriptor("SupplementalProperty", SEGMENT_SIZES, sizes);
    if (form == ManifestForm.ON_DEMAND) {
      onDemand(r);
    } else if (ownTemplate) {
      template(4, r);
    }
    line(3);
    xml.writeEndElement();
  }

  private void descriptor(String element, String scheme, String value) throws XMLStreamException {
    xml.writeEmptyElement(element);
    xml.writeAttribute("schemeIdUri", scheme);
    xml.writeAttribute("value", value);
  }

  private void onDemand(Rendition r) throws XMLStreamException {
    var range = Objects.requireNonNull(ranges.get(r.id()), "no ranges for " + r.id());
    line(4);
    xml.writeStartElement("BaseURL");
    xml.writeCharacters(r.id() + ".mp4");
    xml.writeEndElement();
    line(4);
    xml.writeStartElement("SegmentBase");
    xml.writeAttribute("timescale", Integer.toString(r.track().timescale()));
    offset(r);
    xml.writeAttribute("indexRange", range.initBytes() + "-" + (range.indexEnd() - 1));
    line(5);
    xml.writeEmptyElement("Initialization");
    xml.writeAttribute("range", "0-" + (range.initBytes() - 1));
    line(4);
    xml.writeEndElement();
  }

  private void offset(Rendition r) throws XMLStreamException {
    if (r.presentationTimeOffset() != 0) {
      xml.writeAttribute("presentationTimeOffset", Long.toString(r.presentationTimeOffset()));
    }
  }

  private static String frameRate(Rendition r) {
    long samples = r.track().samples().count();
    long ticks = Math.max(1, r.track().samples().endTime());
    long duration = r.track().samples().duration(0);
    boolean constant = duration > 0 && duration * samples == ticks;
    long n =
        constant
            ? r.track().timescale()
            : Math.round(1000.0 * samples * r.track().timescale() / ticks);
    long d = constant ? duration : 1000;
    long divisor = BigInteger.valueOf(n).gcd(BigInteger.valueOf(d)).longValue();
    return d == divisor ? Long.toString(n / divisor) : n / divisor + "/" + d / divisor;
  }

  private void template(int depth, Rendition r) throws XMLStreamException {
    var index = r.index();
    line(depth);
    boolean timeline = form == ManifestForm.TIMELINE;
    if (timeline) {
      xml.writeStartElement("SegmentTemplate");
    } else {
      xml.writeEmptyElement("SegmentTemplate");
    }
    xml.writeAttribute("timescale", Integer.toString(r.track().timescale()));
    offset(r);
    if (!timeline) {
      long nominal = nominal(index, r.track().timescale());
      xml.writeAttribute("duration", Long.toString(nominal));
    }
    xml.writeAttribute("startNumber", "1");
    xml.writeAttribute("initialization", "$RepresentationID$/init.mp4");
    xml.writeAttribute("media", "$RepresentationID$/$Number$.m4s");
    if (timeline) {
      timeline(depth + 1, index);
      line(depth);
      xml.writeEndElement();
    }
  }

  /**
   * The duration that stands for all segments. Players count as many as cover the Period (ISO/IEC
   * 23009-1 §5.3.9.5.3): neither a rest of sound nor rounding may announce one that is not there.
   */
  private long nominal(SegmentIndex index, int timescale) {
    int count = index.count();
    long period = Math.ceilDiv(presentation.durationMs() * timescale, 1000L);
    if (count == 1) {
      return period;
    }
    long mean = (index.time(count - 1) - index.time(0)) / (count - 1);
    long least = Math.ceilDiv(period, (long) count);
    long most = (period - 1) / (count - 1);
    return Math.clamp(mean, least, Math.max(least, most));
  }

  private void timeline(int depth, SegmentIndex index) throws XMLStreamException {
    line(depth);
    xml.writeStartElement("SegmentTimeline");
    for (int k = 0; k < index.count(); ) {
      int from = k;
      while (k < index.count() && index.duration(k) == index.duration(from)) {
        k++;
      }
      line(depth + 1);
      xml.writeEmptyElement("S");
      if (from == 0) {
        xml.writeAttribute("t", Long.toString(index.time(0)));
      }
      xml.writeAttribute("d", Long.toString(index.duration(from)));
      if (k - from > 1) {
        xml.writeAttribute("r", Integer.toString(k - from - 1));
      }
    }
    line(depth);
    xml.writeEndElement();
  }

  private void line(int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }
}
