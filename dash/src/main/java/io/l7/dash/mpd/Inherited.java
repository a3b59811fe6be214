package io.l7.dash.mpd;

import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd.Reference;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What the representations of a manifest have in common: found and built once, however many there
 * are, for a few bytes each could stand for megabytes. What cannot be shared is bounded in sum. One
 * a document; for one thread.
 */
final class Inherited {
  private final Mpd.Type type;
  private final DashLimits limits;
  private final IdentityHashMap<Element, Map<String, Optional<Element>>> found =
      new IdentityHashMap<>();
  private final IdentityHashMap<Element, Map<Clock, Timeline>> timelines = new IdentityHashMap<>();
  private final IdentityHashMap<Element, List<Reference>> lists = new IdentityHashMap<>();
  private final Map<String, UrlTemplate> templates = new HashMap<>();
  private long entries;
  private long characters;

  /** What the times of a timeline depend on besides its own element. */
  record Clock(long timescale, long offset, OptionalDouble periodSeconds) {}

  /** Builds what is not there yet. */
  interface Builder<T> {
    T build() throws MpdException;
  }

  Inherited(Mpd.Type type, DashLimits limits) {
    this.type = type;
    this.limits = limits;
  }

  /** Whether a Period of unknown length may go on and on. */
  boolean isLive() {
    return type == Mpd.Type.DYNAMIC;
  }

  /** The first child of a name. */
  Optional<Element> first(Element of, String name) {
    return found
        .computeIfAbsent(of, _ -> new HashMap<>())
        .computeIfAbsent(name, _ -> of.first(name));
  }

  Timeline timeline(Element element, Clock clock, Builder<Timeline> builder) throws MpdException {
    var known = timelines.computeIfAbsent(element, _ -> new HashMap<>());
    @Nullable Timeline timeline = known.get(clock);
    if (timeline == null) {
      spend(element.children().size(), element.line());
      timeline = builder.build();
      known.put(clock, timeline);
    }
    return timeline;
  }

  List<Reference> list(Element element, Builder<List<Reference>> builder) throws MpdException {
    @Nullable List<Reference> list = lists.get(element);
    if (list == null) {
      spend(element.children().size(), element.line());
      list = List.copyOf(builder.build());
      lists.put(element, list);
    }
    return list;
  }

  UrlTemplate template(String text, int line) throws MpdException {
    @Nullable UrlTemplate template = templates.get(text);
    if (template == null) {
      template = UrlTemplate.compile(text, line, limits);
      templates.put(text, template);
    }
    return template;
  }

  /** Entries of a list or timeline that is read, or copied, for one more representation. */
  void spend(int count, int line) throws MpdException {
    entries += count;
    if (entries > limits.manifestElements()) {
      throw new MpdException("over " + limits.manifestElements() + " segments listed anew", line);
    }
  }

  /** A base URL that is resolved against one above. */
  void spendUrl(int length, int line) throws MpdException {
    characters += length;
    if (characters > limits.manifestBytes()) {
      throw new MpdException(
          "base URLs of over " + limits.manifestBytes() + " characters in all", line);
    }
  }
}
