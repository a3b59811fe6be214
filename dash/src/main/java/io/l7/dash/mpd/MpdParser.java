package io.l7.dash.mpd;

import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd.AdaptationSet;
import io.l7.dash.mpd.Mpd.Addressing;
import io.l7.dash.mpd.Mpd.BaseUrl;
import io.l7.dash.mpd.Mpd.Period;
import io.l7.dash.mpd.Mpd.Representation;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads an MPD into the model. Stateless between documents; safe for all threads. */
public final class MpdParser {
  private static final int MOST_BASE_URLS = 64;
  private static final int MOST_CLOCKS = 16;
  private static final String SEGMENT_BYTES = "urn:io.l7:dash:segment-bytes:2026";

  private final DashLimits limits;

  public MpdParser(DashLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads a manifest.
   *
   * @param location where the document came from: references are resolved against it
   * @throws MpdException where the standard or a bound is broken
   */
  public Mpd parse(byte[] document, URI location) throws MpdException {
    Element root = XmlReader.read(document, limits);
    if (!root.name().equals("MPD")) {
      throw new MpdException("the root element is " + root.name() + ", not MPD", root.line());
    }
    var type =
        root.attribute("type").orElse("static").equals("dynamic")
            ? Mpd.Type.DYNAMIC
            : Mpd.Type.STATIC;
    var policy = new References(new UrlPolicy(location, limits), new Inherited(type, limits));
    var here = List.of(new BaseUrl(location, ""));
    var bases = baseUrls(here, root, policy);
    OptionalDouble duration = IsoDuration.of(root, "mediaPresentationDuration");
    var elements = root.all("Period");
    if (elements.isEmpty()) {
      throw new MpdException("an MPD without a Period", root.line());
    }
    var periods = new ArrayList<Period>();
    double start = 0;
    for (int i = 0; i < elements.size(); i++) {
      Element element = elements.get(i);
      OptionalDouble told = IsoDuration.of(element, "start");
      if (type == Mpd.Type.DYNAMIC
          && told.isEmpty()
          && i > 0
          && periods.getLast().durationSeconds().isEmpty()) {
        // ISO/IEC 23009-1 §5.3.2.1: an Early Available Period, of which nobody knows the start yet.
        break;
      }
      start = told.orElse(start);
      OptionalDouble length = IsoDuration.of(element, "duration");
      if (length.isEmpty() && i + 1 < elements.size()) {
        OptionalDouble next = IsoDuration.of(elements.get(i + 1), "start");
        length = next.isPresent() ? OptionalDouble.of(next.getAsDouble() - start) : length;
      }
      if (length.isEmpty() && duration.isPresent()) {
        length = OptionalDouble.of(duration.getAsDouble() - start);
      }
      periods.add(period(element, start, length, bases, policy));
      start += length.orElse(0);
    }
    return new Mpd(
        type,
        duration,
        IsoDuration.of(root, "minBufferTime").orElse(0),
        periods,
        type == Mpd.Type.DYNAMIC ? live(root, policy.urls(), location) : Optional.empty(),
        root);
  }

  private static Optional<Mpd.Live> live(Element root, UrlPolicy urls, URI location)
      throws MpdException {
    var start = DateTime.of(root, "availabilityStartTime");
    if (start.isEmpty()) {
      return Optional.empty();
    }
    var moved = root.first("Location");
    Optional<URI> next =
        moved.isPresent()
            ? Optional.of(urls.resolve(location, moved.get().text(), moved.get().line()))
            : Optional.empty();
    return Optional.of(
        new Mpd.Live(
            start.get(),
            DateTime.of(root, "publishTime"),
            IsoDuration.of(root, "minimumUpdatePeriod"),
            IsoDuration.of(root, "timeShiftBufferDepth"),
            IsoDuration.of(root, "suggestedPresentationDelay"),
            root.all("UTCTiming").stream()
                .limit(MOST_CLOCKS)
                .map(
                    timing ->
                        new Mpd.UtcTiming(
                            timing.attribute("schemeIdUri").orElse(""),
                            timing.attribute("value").orElse("")))
                .toList(),
            next));
  }

  /** How what a manifest names is judged, and what its levels share. */
  private record References(UrlPolicy urls, Inherited inherited) {}

  private Period period(
      Element element,
      double start,
      OptionalDouble duration,
      List<BaseUrl> above,
      References policy)
      throws MpdException {
    if (element.attribute("href").isPresent()) {
      throw new MpdException("remote elements (xlink) are not followed", element.line());
    }
    var bases = baseUrls(above, element, policy);
    var sets = new ArrayList<AdaptationSet>();
    for (Element set : element.all("AdaptationSet")) {
      if (set.attribute("href").isPresent()) {
        throw new MpdException("remote elements (xlink) are not followed", set.line());
      }
      sets.add(adaptationSet(set, element, duration, bases, policy));
    }
    return new Period(element.attribute("id").orElse(""), start, duration, sets);
  }

  private AdaptationSet adaptationSet(
      Element set, Element period, OptionalDouble duration, List<BaseUrl> above, References policy)
      throws MpdException {
    var bases = baseUrls(above, set, policy);
    var representations = new ArrayList<Representation>();
    for (Element element : set.all("Representation")) {
      var own = baseUrls(bases, element, policy);
      var addressing =
          AddressingReader.read(
              List.of(element, set, period), duration, limits, policy.inherited());
      String mimeType =
          element.attribute("mimeType").or(() -> set.attribute("mimeType")).orElse("");
      representations.add(
          new Representation(
              element.attribute("id").orElse(""),
              element.number("bandwidth", 0),
              mimeType,
              element.attribute("codecs").or(() -> set.attribute("codecs")).orElse(""),
              (int) Math.min(65535, element.number("width", set.number("width", 0))),
              (int) Math.min(65535, element.number("height", set.number("height", 0))),
              own,
              addressing,
              sizes(element, addressing),
              element));
    }
    representations.sort(Comparator.comparingLong(Representation::bandwidth));
    String type = set.attribute("contentType").orElse("");
    if (type.isEmpty() && !representations.isEmpty()) {
      String mime = representations.getFirst().mimeType();
      type = mime.contains("/") ? mime.substring(0, mime.indexOf('/')) : "";
    }
    var essential =
        set.all("EssentialProperty").stream()
            .map(property -> property.attribute("schemeIdUri").orElse(""))
            .toList();
    return new AdaptationSet(type, set.attribute("lang").orElse("und"), essential, representations);
  }

  /**
   * Segment sizes that our own packager writes; anything that does not fit the segments is left
   * alone.
   */
  private static List<Long> sizes(Element representation, Addressing addressing) {
    for (Element property : representation.all("SupplementalProperty")) {
      if (SEGMENT_BYTES.equals(property.attributes().get("schemeIdUri"))
          && addressing instanceof Addressing.Template template) {
        String value = property.attributes().getOrDefault("value", "");
        if (value.chars().filter(c -> c == ' ').count() + 1 != template.timeline().count()) {
          return List.of();
        }
        var sizes = new ArrayList<Long>();
        for (String text : value.split(" ", -1)) {
          if (!text.matches("\\d{1,12}")) {
            return List.of();
          }
          sizes.add(Long.parseLong(text));
        }
        return sizes;
      }
    }
    return List.of();
  }

  private static List<BaseUrl> baseUrls(List<BaseUrl> above, Element element, References policy)
      throws MpdException {
    var own = element.all("BaseURL");
    if (own.isEmpty()) {
      return above;
    }
    var resolved = new ArrayList<BaseUrl>();
    for (BaseUrl base : above) {
      for (Element url : own) {
        if (resolved.size() == MOST_BASE_URLS) {
          throw new MpdException("over " + MOST_BASE_URLS + " base URLs", url.line());
        }
        URI uri = policy.urls().resolve(base.uri(), url.text(), url.line());
        policy.inherited().spendUrl(uri.toString().length(), url.line());
        String location = url.attribute("serviceLocation").orElse(base.serviceLocation());
        resolved.add(new BaseUrl(uri, location));
      }
    }
    return resolved;
  }
}
