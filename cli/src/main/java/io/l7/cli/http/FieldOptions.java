package io.l7.cli.http;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Fields that are added to a request, or left out of it. */
final class FieldOptions {
  @Option(
      names = {"-H", "--header"},
      paramLabel = "'NAME: VALUE'",
      description = "Add a field; 'NAME:' leaves out one that would be sent.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = {"-b", "--cookie"},
      paramLabel = "NAME=VALUE[; ...]",
      description = "Send these cookies; repeatable.")
  private List<String> cookies = new ArrayList<>();

  /**
   * Those that are added.
   *
   * @throws IllegalArgumentException something that was typed is none
   */
  Fields given() {
    var given = Fields.builder();
    for (String header : headers) {
      if (header.indexOf(':') <= 0) {
        throw new IllegalArgumentException("-H '" + header + "' is not 'NAME: VALUE'");
      }
      if (!value(header).isEmpty()) {
        given.add(name(header), value(header));
      }
    }
    for (String cookie : cookies) {
      if (cookie.indexOf('=') <= 0) {
        throw new IllegalArgumentException("-b '" + cookie + "' is not NAME=VALUE");
      }
    }
    if (!cookies.isEmpty()) {
      given.add(FieldNames.COOKIE, String.join("; ", cookies));
    }
    return given.build();
  }

  /** Names of those that are left out; of all that are malformed some. */
  List<String> leftOut() {
    return headers.stream()
        .filter(header -> value(header).isEmpty())
        .map(FieldOptions::name)
        .toList();
  }

  private static String name(String header) {
    return header.substring(0, Math.max(header.indexOf(':'), 0)).strip();
  }

  private static String value(String header) {
    return header.substring(header.indexOf(':') + 1).strip();
  }
}
