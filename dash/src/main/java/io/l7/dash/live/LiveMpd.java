package io.l7.dash.live;

import io.l7.dash.live.LoopedFilm.Looped;
import io.l7.dash.live.LoopedFilm.LoopedSet;
import io.l7.dash.mpd.Element;
import io.l7.dash.pack.MpdWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes the live manifest of a moment. Elements stand in the schema's order. */
public final class LiveMpd {
  private static final String NAMESPACE = "urn:mpeg:dash:schema:mpd:2011";
  private static final Set<String> OURS =
      Set.of("SegmentTemplate", "SegmentList", "SegmentBase", "BaseURL", "Representation");

  private final LoopedFilm film;
  private final long nowMs;
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;

  private LiveMpd(LoopedFilm film, long nowMs) throws XMLStreamException {
    this.film = film;
    this.nowMs = nowMs;
    this.xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
  }

  /**
   * The manifest.
   *
   * @param now epoch, ms
   * @param clock where the time is told (http-iso)
   */
  public static String write(LoopedFilm film, long now, String clock) {
    try {
      var writer = new LiveMpd(film, now);
      writer.manifest(clock);
      return writer.text + "\n";
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing XML into memory failed", e);
    }
  }

  private static String seconds(long ms) {
    return "PT" + ms / 1000 + (ms % 1000 == 0 ? "" : ".%03d".formatted(ms % 1000)) + "S";
  }

  private void manifest(String clock) throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    line(0);
    xml.writeStartElement("MPD");
    xml.writeDefaultNamespace(NAMESPACE);
    xml.writeAttribute("profiles", "urn:mpeg:dash:profile:isoff-live:2011");
    xml.writeAttribute("type", "dynamic");
    xml.writeAttribute("availabilityStartTime", Instant.EPOCH.toString());
    xml.writeAttribute("publishTime", Instant.ofEpochMilli(film.publishedMs(nowMs)).toString());
    xml.writeAttribute("minimumUpdatePeriod", seconds(film.updateMs()));
    xml.writeAttribute("timeShiftBufferDepth", seconds(film.windowMs()));
    xml.writeAttribute("suggestedPresentationDelay", seconds(film.delayMs()));
    xml.writeAttribute("maxSegmentDuration", seconds(film.longestMs()));
    xml.writeAttribute("minBufferTime", seconds(film.longestMs()));
    for (Element base : film.root().all("BaseURL")) {
      copy(1, base);
    }
    line(1);
    xml.writeStartElement("Period");
    xml.writeAttribute("id", "1");
    xml.writeAttribute("start", "PT0S");
    for (var set : film.sets()) {
      set(set);
    }
    line(1);
    xml.writeEndElement();
    line(1);
    xml.writeEmptyElement("UTCTiming");
    xml.writeAttribute("schemeIdUri", "urn:mpeg:dash:utc:http-iso:2014");
    xml.writeAttribute("value", clock);
    line(0);
    xml.writeEndElement();
    xml.writeEndDocument();
    xml.flush();
  }

  private void set(LoopedSet set) throws XMLStreamException {
    line(2);
    xml.writeStartElement("AdaptationSet");
    attributes(set.element());
    descriptors(3, set.element());
    var first = set.representations().getFirst();
    boolean shared =
        set.representations().stream().allMatch(one -> one.loop().sameTimes(first.loop()));
    if (shared) {
      template(3, first);
    }
    for (var one : set.representations()) {
      line(3);
      xml.writeStartElement("Representation");
      attributes(one.representation().element());
      descriptors(4, one.representation().element());
      if (!shared) {
        template(4, one);
      }
      line(3);
      xml.writeEndElement();
    }
    line(2);
    xml.writeEndElement();
  }

  private void template(int depth, Looped one) throws XMLStreamException {
    line(depth);
    var loop = one.loop();
    switch (film.setting().form()) {
      case TIMELINE -> {
        long first = loop.first(nowMs, film.windowMs());
        xml.writeStartElement("SegmentTemplate");
        clock(loop.timescale(), loop.origin(), first);
        timeline(depth + 1, loop, first);
        line(depth);
        xml.writeEndElement();
      }
      case NUMBER -> {
        // In these units the mean duration is a whole number: nothing drifts, however long it runs.
        long scale = 1000L * loop.perRound();
        xml.writeEmptyElement("SegmentTemplate");
        clock(scale, Math.round((double) loop.origin() * scale / loop.timescale()), 0);
        xml.writeAttribute("duration", Long.toString(loop.roundMs()));
      }
    }
  }

  private void clock(long timescale, long origin, long first) throws XMLStreamException {
    xml.writeAttribute("timescale", Long.toString(timescale));
    if (origin != 0) {
      xml.writeAttribute("presentationTimeOffset", Long.toString(origin));
    }
    xml.writeAttribute("startNumber", Long.toString(first));
    xml.writeAttribute("initialization", "$RepresentationID$/init.mp4");
    xml.writeAttribute("media", "$RepresentationID$/$Number$.m4s");
  }

  private void timeline(int depth, Loop loop, long first) throws XMLStreamException {
    line(depth);
    xml.writeStartElement("SegmentTimeline");
    long end = loop.last(nowMs) + 1;
    for (long k = first; k < end; ) {
      long from = k;
      while (k < end && loop.duration(k) == loop.duration(from)) {
        k++;
      }
      line(depth + 1);
      xml.writeEmptyElement("S");
      if (from == first) {
        xml.writeAttribute("t", Long.toString(loop.start(from)));
      }
      xml.writeAttribute("d", Long.toString(loop.duration(from)));
      if (k - from > 1) {
        xml.writeAttribute("r", Long.toString(k - from - 1));
      }
    }
    line(depth);
    xml.writeEndElement();
  }

  private void descriptors(int depth, Element element) throws XMLStreamException {
    for (Element child : element.children()) {
      boolean sizes = MpdWriter.SEGMENT_SIZES.equals(child.attribute("schemeIdUri").orElse(""));
      if (!OURS.contains(child.name()) && !child.name().startsWith("{") && !sizes) {
        copy(depth, child);
      }
    }
  }

  private void attributes(Element element) throws XMLStreamException {
    for (Map.Entry<String, String> each : new TreeMap<>(element.attributes()).entrySet()) {
      xml.writeAttribute(each.getKey(), each.getValue());
    }
  }

  private void copy(int depth, Element element) throws XMLStreamException {
    line(depth);
    List<Element> children =
        element.children().stream().filter(child -> !child.name().startsWith("{")).toList();
    xml.writeStartElement(element.name());
    attributes(element);
    xml.writeCharacters(element.text());
    for (Element child : children) {
      copy(depth + 1, child);
    }
    xml.writeEndElement();
  }

  private void line(int depth) throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }
}
