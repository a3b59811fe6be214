package io.l7.dash.abr;

import io.l7.common.testkit.Conformance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;

/** Sabre's traces, films and scores, from the shared conformance data. */
final class SabreData {
  private SabreData() {}

  static Path folder() {
    return Conformance.required("dash").resolve("sabre");
  }

  static Movie movie(String set) throws IOException {
    String file = set.equals("4G") ? "bbb4k.json" : "bbb.json";
    return Laboratory.movie(Files.readString(folder().resolve(file)));
  }

  static List<Trace> traces(String set) throws IOException {
    String file =
        switch (set) {
          case "3G" -> "3Glogs.zip";
          case "4G" -> "4Glogs.zip";
          default -> set + "-0000-0099.zip";
        };
    var traces = new ArrayList<Trace>();
    try (var zip = new ZipFile(folder().resolve(file).toFile())) {
      for (var entry : zip.stream().toList()) {
        byte[] text = zip.getInputStream(entry).readAllBytes();
        traces.add(Laboratory.trace(entry.getName(), new String(text, StandardCharsets.UTF_8)));
      }
    }
    return traces;
  }

  /** The lines of a table, header left out, split at tabs. */
  static List<String[]> table(String file) throws IOException {
    return Files.readAllLines(folder().resolve(file)).stream()
        .skip(1)
        .map(line -> line.split("\t", -1))
        .toList();
  }
}
