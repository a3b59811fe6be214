package io.l7.http.cache;

import io.l7.http.message.Fields;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The tags by which an origin marks responses that become invalid together: {@code Cache-Tag}
 * (commas) or {@code Surrogate-Key} (spaces), both habits of CDNs.
 */
final class CacheTags {
  private CacheTags() {}

  static Set<String> of(Fields response, int limit) {
    var tags = new LinkedHashSet<String>();
    add(tags, response.list("Cache-Tag"), limit);
    for (String line : response.all("Surrogate-Key")) {
      add(tags, List.of(line.strip().split("\\s+")), limit);
    }
    return tags;
  }

  private static void add(Set<String> tags, List<String> names, int limit) {
    for (String name : names) {
      if (!name.isEmpty() && tags.size() < limit) {
        tags.add(name);
      }
    }
  }
}
