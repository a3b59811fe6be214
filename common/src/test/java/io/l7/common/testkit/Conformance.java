package io.l7.common.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The test vectors that lie beside the project, in {@code ../shared/conformance}. */
public final class Conformance {
  private Conformance() {}

  /** The folder of one protocol's vectors, if they are here. */
  public static Optional<Path> folder(String name) {
    for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      var candidate = at.resolve("shared/conformance").resolve(name);
      if (Files.isDirectory(candidate)) return Optional.of(candidate);
    }
    return Optional.empty();
  }

  /** The folder, or the test is skipped with a line that says why. */
  public static Path required(String name) {
    var found = folder(name);
    if (found.isEmpty()) {
      System.out.println("skipped: no conformance data in ../shared/conformance/" + name);
    }
    assumeTrue(found.isPresent(), "no conformance data in ../shared/conformance/" + name);
    return found.orElseThrow();
  }
}
