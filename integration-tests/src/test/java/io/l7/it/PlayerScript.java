package io.l7.it;

import static org.junit.jupiter.api.Assumptions.abort;

import io.l7.dash.serve.DashHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs that play in a browser. */
final class PlayerScript {
  private PlayerScript() {}

  /** dash.js comes with the program; Shaka is looked for where npm puts it. */
  static void copy(String player, Path target) throws Exception {
    if (player.equals("dashjs")) {
      try (var script = DashHandler.class.getResourceAsStream("dash.mediaplayer.min.js")) {
        Files.copy(Optional.ofNullable(script).orElseThrow(), target);
      }
      return;
    }
    var found =
        Stream.of(
                Stream.ofNullable(System.getProperty("shaka")).map(Path::of),
                Stream.of(Project.root().toString(), "/usr/lib", "/usr/local/lib")
                    .map(at -> Path.of(at, "node_modules/shaka-player/dist")))
            .flatMap(folders -> folders)
            .map(dist -> dist.resolve("shaka-player.compiled.js"))
            .filter(Files::isReadable)
            .findFirst();
    if (found.isEmpty()) {
      var missing = "no shaka-player (npm install -g shaka-player@5.2.12, or -Dshaka=ITS/dist)";
      System.out.println("skipped: " + missing);
      abort(missing);
    }
    Files.copy(found.orElseThrow(), target);
  }
}
