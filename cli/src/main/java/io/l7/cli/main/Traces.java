package io.l7.cli.main;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Stack traces as text, for {@code --debug}. */
final class Traces {
  private Traces() {}

  static String of(Throwable error) {
    return Stream.iterate(error, e -> e != null, Throwable::getCause)
        .limit(10)
        .map(
            e ->
                e
                    + "\n"
                    + Stream.of(e.getStackTrace())
                        .map(frame -> "    at " + frame + "\n")
                        .collect(Collectors.joining()))
        .collect(Collectors.joining("caused by "));
  }
}
