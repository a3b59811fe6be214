package io.l7.it;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the project lies. */
final class Project {
  private Project() {}

  /** The folder that has the launcher and the parent pom. */
  static Path root() {
    for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("l7")) && Files.isRegularFile(at.resolve("pom.xml")))
        return at;
    }
    throw new IllegalStateException("not inside the project");
  }
}
