package io.l7.cli.http;

import io.l7.http.message.HostPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where in the space of URLs a proxy stands.
 *
 * @param host in lower case; empty for every host that is not named
 * @param prefix of the path, from its slash
 */
record Place(String host, String prefix) {
  /**
   * Reads {@code [HOST]/PREFIX=URL[,URL]...}; a place given again collects its URLs.
   *
   * @throws IllegalArgumentException one is not of that form
   */
  static Map<Place, List<URI>> read(List<String> options) {
    Map<Place, List<URI>> byPlace = new LinkedHashMap<>();
    for (String option : options) {
      int slash = option.indexOf('/');
      int equals = option.indexOf('=');
      if (slash < 0 || equals < slash) {
        throw new IllegalArgumentException("--proxy " + option + ": not [HOST]/PREFIX=URL");
      }
      var place =
          new Place(
              option.substring(0, slash).toLowerCase(Locale.ROOT), option.substring(slash, equals));
      var urls = byPlace.computeIfAbsent(place, _ -> new ArrayList<>());
      for (String url : option.substring(equals + 1).split(",(?=https?://)", -1)) {
        urls.add(upstream(url));
      }
      checkPaths(place, urls);
    }
    return byPlace;
  }

  /** A request that is balanced is for the same path, whoever gets it. */
  private static void checkPaths(Place place, List<URI> urls) {
    if (urls.stream().map(URI::getRawPath).distinct().count() > 1) {
      throw new IllegalArgumentException("--proxy " + place + ": its URLs differ in their paths");
    }
  }

  private static URI upstream(String text) {
    try {
      URI uri = new URI(text);
      if (HostPort.of(uri).isPresent()
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Said below, as for other wrong ones.
    }
    throw new IllegalArgumentException("--proxy " + text + ": not an http or https URL");
  }

  @Override
  public String toString() {
    return host + prefix;
  }
}
