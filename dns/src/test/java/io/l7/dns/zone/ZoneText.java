package io.l7.dns.zone;

import io.l7.dns.message.Name;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** Zones written down in a test. */
public final class ZoneText {
  private ZoneText() {}

  /** The zone in a text, with a default TTL of 300 and an SOA and NS when the text has no SOA. */
  public static Zone parse(String origin, String text) {
    String head =
        text.contains(" SOA ")
            ? ""
            : "@ SOA ns1 admin 7 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n";
    try {
      var file = Files.createTempFile("zone", ".zone");
      try {
        Files.writeString(file, "$TTL 300\n" + head + text, StandardCharsets.ISO_8859_1);
        return ZoneFile.load(file, Name.parse(origin), ZoneLimits.defaults());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
