package io.l7.dns.resolver;

import io.l7.common.disk.TextFile;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Root hints and trust anchors: files with one record a line, as IANA publishes them. */
public final class RecordFile {
  private static final long DEFAULT_TTL = 3600;

  private RecordFile() {}

  private static List<ResourceRecord> read(Path file) throws IOException {
    return parse(String.join("\n", TextFile.lines(file)), file.toString());
  }

  /**
   * Reads root servers.
   *
   * @throws IOException if the file cannot be read, a line is no record, or nobody can be asked by
   *     it: it must not be taken for one that says nothing
   */
  public static List<ResourceRecord> hints(Path file) throws IOException {
    List<ResourceRecord> records = read(file);
    if (hints(records).servers().stream().allMatch(server -> server.addresses().isEmpty())) {
      throw new IOException(file + ": no name server with an address in it");
    }
    return records;
  }

  /**
   * Reads trust anchors.
   *
   * @throws IOException if the file cannot be read, a line is no record, or there is no anchor: a
   *     file cut short must not turn validation off
   */
  public static List<ResourceRecord> anchors(Path file) throws IOException {
    List<ResourceRecord> records =
        read(file).stream()
            .filter(
                record -> record.type().equals(RRType.DS) || record.type().equals(RRType.DNSKEY))
            .toList();
    if (records.isEmpty()) {
      throw new IOException(file + ": no DS or DNSKEY record in it");
    }
    return records;
  }

  /** The copy that comes with the program. */
  private static List<ResourceRecord> builtIn(String name) {
    try (InputStream in = RecordFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1), name);
    } catch (IOException e) {
      throw new IllegalStateException("resource " + name + ": " + e.getMessage(), e);
    }
  }

  /** The root servers of IANA, as a copy that comes with the program. */
  public static List<ResourceRecord> rootHints() {
    return builtIn("root.hints");
  }

  /** The trust anchors of IANA, as a copy that comes with the program. */
  public static List<ResourceRecord> rootAnchors() {
    return builtIn("root.ds");
  }

  /** The delegation point that root hints describe. */
  public static DelegationPoint hints(List<ResourceRecord> records) {
    var servers = new ArrayList<DelegationPoint.NameServer>();
    for (ResourceRecord ns : records) {
      if (!ns.type().equals(RRType.NS)) {
        continue;
      }
      Name name = ns.rdata().asName();
      List<InetAddress> addresses =
          records.stream()
              .filter(record -> record.owner().equals(name))
              .filter(record -> record.type().equals(RRType.A) || record.type().equals(RRType.AAAA))
              .map(record -> record.rdata().asAddress())
              .toList();
      servers.add(new DelegationPoint.NameServer(Optional.of(name), addresses));
    }
    return new DelegationPoint(Name.ROOT, servers, DelegationPoint.Kind.HINTS);
  }

  private static List<ResourceRecord> parse(String text, String source) throws IOException {
    var records = new ArrayList<ResourceRecord>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String plain = line.replaceAll(";.*$", "").trim();
      if (plain.isEmpty() || plain.startsWith("$")) {
        continue;
      }
      try {
        records.add(RecordText.parseRecord(plain, Name.ROOT, DEFAULT_TTL));
      } catch (IllegalArgumentException e) {
        throw new IOException(source + ":" + number + ": " + e.getMessage(), e);
      }
    }
    return records;
  }
}
