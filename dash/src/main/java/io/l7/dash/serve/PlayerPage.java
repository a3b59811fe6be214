package io.l7.dash.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * The page at {@code /} that plays the presentation in a browser and draws buffer and bitrate, and
 * its script.
 */
final class PlayerPage {
  private static final Map<String, String> FILES =
      Map.of(
          "", "player.html",
          "l7-player.js", "l7-player.js",
          "l7-dash.js", "dash.mediaplayer.min.js");

  private PlayerPage() {}

  static Optional<Resource> find(String path) {
    String file = FILES.get(path);
    if (file == null) {
      return Optional.empty();
    }
    byte[] content = load(file);
    String tag = "\"%s-%x\"".formatted(file, content.length);
    return Optional.of(Resource.of(content, Resource.typeOf(file), tag, Resource.REVALIDATE));
  }

  private static byte[] load(String file) {
    try (InputStream in = PlayerPage.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing from the program");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
