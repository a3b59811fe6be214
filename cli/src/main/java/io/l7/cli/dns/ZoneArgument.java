package io.l7.cli.dns;

import io.l7.dns.message.Name;
import java.nio.file.Path;

/** {@code NAME=FILE}. */
record ZoneArgument(Name name, Path file) {
  static ZoneArgument parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw new IllegalArgumentException("'" + text + "' is not of the form NAME=FILE");
    }
    return new ZoneArgument(
        Name.parse(text.substring(0, equals)), Path.of(text.substring(equals + 1)));
  }
}
