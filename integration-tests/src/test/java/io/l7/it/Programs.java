package io.l7.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Real programs that a machine may have or not. */
final class Programs {
  private Programs() {}

  /** The program, or the test is skipped with a line that names the Debian package. */
  static Path required(String name, String debianPackage) {
    var found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty())
      System.out.println("skipped: no " + name + " (Debian: apt install " + debianPackage + ")");
    assumeTrue(found.isPresent(), "no " + name);
    return found.orElseThrow();
  }
}
