package io.l7.http.files;

import io.l7.common.json.Json;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is in a folder, as a page or as JSON; only what the site would also serve. */
final class FolderListing {
  /** Names listed at most: a page of more is of no use to a reader. */
  private static final int MAX_ENTRIES = 10_000;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm").withZone(ZoneOffset.UTC);

  private final List<Entry> entries;
  private final boolean cut;

  private FolderListing(List<Entry> entries, boolean cut) {
    this.entries = entries;
    this.cut = cut;
  }

  /** One name. */
  record Entry(String name, Kind kind, long size, Instant modified) {
    enum Kind {
      FOLDER,
      FILE
    }

    private String shown() {
      return kind == Kind.FOLDER ? name + "/" : name;
    }
  }

  static FolderListing read(Root root, Path folder, String path) throws IOException {
    var entries = new ArrayList<Entry>();
    boolean cut = false;
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder)) {
      for (Path each : names) {
        String name = each.getFileName().toString();
        Optional<Entry> entry = root.resolve(path + name).flatMap(found -> entry(name, found));
        cut = entry.isPresent() && entries.size() == MAX_ENTRIES;
        if (cut) {
          break;
        }
        entry.ifPresent(entries::add);
      }
    }
    entries.sort(Comparator.comparing(Entry::kind).thenComparing(Entry::name));
    return new FolderListing(entries, cut);
  }

  /** None for what is neither file nor folder, or gone by now. */
  private static Optional<Entry> entry(String name, Path found) {
    try {
      var attributes = Files.readAttributes(found, BasicFileAttributes.class);
      if (attributes.isDirectory() || attributes.isRegularFile()) {
        var kind = attributes.isDirectory() ? Entry.Kind.FOLDER : Entry.Kind.FILE;
        return Optional.of(
            new Entry(name, kind, attributes.size(), attributes.lastModifiedTime().toInstant()));
      }
    } catch (IOException _) {
      // Others may come and go while the folder is read.
    }
    return Optional.empty();
  }

  Response answer(Request request, String path) {
    boolean json =
        request.fields().list(FieldNames.ACCEPT).stream()
            .findFirst()
            .filter(first -> first.startsWith("application/json"))
            .isPresent();
    Response response = json ? Response.json(json()) : Response.html(html(path));
    return response
        .with(FieldNames.VARY, FieldNames.ACCEPT)
        .with(FieldNames.CACHE_CONTROL, "no-cache");
  }

  private String json() {
    var out = new StringBuilder("[");
    for (Entry entry : entries) {
      out.append(out.length() == 1 ? "\n" : ",\n");
      var line =
          Json.object()
              .put("name", entry.name())
              .put("type", entry.kind() == Entry.Kind.FOLDER ? "folder" : "file");
      if (entry.kind() == Entry.Kind.FILE) {
        line.put("size", entry.size());
      }
      out.append(line.put("modified", entry.modified().toString()).build());
    }
    if (cut) {
      out.append(",\n").append(Json.object().put("type", "cut").put("limit", MAX_ENTRIES).build());
    }
    return out.append("\n]\n").toString();
  }

  private String html(String path) {
    String title = escape(path);
    var out =
        new StringBuilder(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>")
            .append(title);
    out.append("</title>\n<meta name=\"viewport\" content=\"width=device-width\">\n")
        .append(
            "<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem"
                + " auto;max-width:60rem;padding:0 1rem}")
        .append(
            "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.15rem .5rem}")
        .append(
            "td:nth-child(n+2){text-align:right;font-variant-numeric:tabular-nums}</style></head>\n"
                + "<body><h1>")
        .append(title)
        .append("</h1>\n<table><tr><th>Name<th>Bytes<th>Modified (UTC)</tr>\n");
    if (!path.equals("/")) {
      out.append("<tr><td><a href=\"../\">../</a><td><td></tr>\n");
    }
    for (Entry entry : entries) {
      out.append("<tr><td><a href=\"./")
          .append(encode(entry.shown()))
          .append("\">")
          .append(escape(entry.shown()))
          .append("</a><td>")
          .append(entry.kind() == Entry.Kind.FILE ? Long.toString(entry.size()) : "")
          .append("<td>")
          .append(TIME.format(entry.modified()))
          .append("</tr>\n");
    }
    out.append("</table>\n");
    if (cut) {
      out.append("<p>The folder holds more than these ")
          .append(MAX_ENTRIES)
          .append(" names, which are some of them.</p>\n");
    }
    return out.append("</body></html>\n").toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String encode(String name) {
    var out = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (b >= '0' && b <= '9')
              || (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || "-._~/".indexOf(b) >= 0;
      if (plain) {
        out.append((char) b);
      } else {
        out.append('%')
            .append(Character.forDigit(b >> 4 & 15, 16))
            .append(Character.forDigit(b & 15, 16));
      }
    }
    return out.toString();
  }
}
