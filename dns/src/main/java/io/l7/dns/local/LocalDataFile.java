package io.l7.dns.local;

import io.l7.common.disk.TextFile;
import io.l7.common.net.AddressLiteral;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads local data: lines of a hosts file ({@code 192.0.2.1 www.home printer.home}), records
 * ({@code www.home 300 A 192.0.2.1}) and zones ({@code zone ads.example refuse}), in any mixture.
 * What follows {@code #} or {@code ;} is left out, except within quotes.
 */
public final class LocalDataFile {
  /** Seconds that data without a TTL may be kept; Unbound's figure. */
  private static final long TTL = 3600;

  private final List<ResourceRecord> records = new ArrayList<>();
  private final List<LocalZone> zones = new ArrayList<>();

  /** Reads a file. Its errors name file and line. */
  public void read(Path file) throws IOException {
    int number = 0;
    for (String line : TextFile.lines(file)) {
      number++;
      try {
        line(line);
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ":" + number + ": " + e.getMessage(), e);
      }
    }
  }

  /**
   * Takes one line.
   *
   * @throws IllegalArgumentException if it is nothing of the above
   */
  public void line(String line) {
    String plain = withoutComment(line).trim();
    if (plain.isEmpty()) {
      return;
    }
    String[] words = plain.split("\\s+", -1);
    Optional<InetAddress> address = AddressLiteral.of(words[0]);
    if (address.isPresent()) {
      host(address.get(), words);
    } else if (words[0].equals("zone") && words.length == 3) {
      zones.add(LocalZone.of(words[1], words[2]));
    } else {
      records.add(RecordText.parseRecord(plain, Name.ROOT, TTL));
    }
  }

  /** Adds a zone. */
  public void zone(LocalZone zone) {
    zones.add(zone);
  }

  /** Adds the names that must not leave a machine (RFC 6761 §6.3, §6.4, RFC 7686). */
  public void specialNames() {
    for (String text : List.of("localhost A 127.0.0.1", "localhost AAAA ::1")) {
      records.add(RecordText.parseRecord(text, Name.ROOT, TTL));
    }
    zones.add(new LocalZone(Name.parse("localhost."), LocalZone.Kind.REDIRECT));
    zones.add(new LocalZone(Name.parse("invalid."), LocalZone.Kind.STATIC));
    zones.add(new LocalZone(Name.parse("onion."), LocalZone.Kind.STATIC));
    records.add(RecordText.parseRecord("1.0.0.127.in-addr.arpa PTR localhost.", Name.ROOT, TTL));
    records.add(
        RecordText.parseRecord(
            reverse(InetAddress.ofLiteral("::1")) + " PTR localhost.", Name.ROOT, TTL));
  }

  /** Adds the reverse zones of addresses that mean something else everywhere (RFC 6303 §4). */
  public void privateReverseZones() {
    var names = new ArrayList<String>();
    names.addAll(
        List.of(
            "10.in-addr.arpa",
            "168.192.in-addr.arpa",
            "0.in-addr.arpa",
            "127.in-addr.arpa",
            "254.169.in-addr.arpa",
            "2.0.192.in-addr.arpa",
            "100.51.198.in-addr.arpa",
            "113.0.203.in-addr.arpa",
            "255.255.255.255.in-addr.arpa",
            "d.f.ip6.arpa",
            "8.e.f.ip6.arpa",
            "9.e.f.ip6.arpa",
            "a.e.f.ip6.arpa",
            "b.e.f.ip6.arpa",
            "8.b.d.0.1.0.0.2.ip6.arpa"));
    for (int i = 16; i < 32; i++) {
      names.add(i + ".172.in-addr.arpa");
    }
    names.add(reverse(InetAddress.ofLiteral("::")).toString());
    names.add(reverse(InetAddress.ofLiteral("::1")).toString());
    names.forEach(name -> zones.add(new LocalZone(Name.parse(name), LocalZone.Kind.STATIC)));
  }

  public LocalData data() {
    return LocalData.of(records, zones);
  }

  private void host(InetAddress address, String[] words) {
    if (words.length < 2) {
      throw new IllegalArgumentException("an address without a name");
    }
    RRType type = address.getAddress().length == 4 ? RRType.A : RRType.AAAA;
    for (int i = 1; i < words.length; i++) {
      records.add(ResourceRecord.of(Name.parse(words[i]), type, TTL, Rdata.address(address)));
    }
    if (!address.isAnyLocalAddress()) { // 0.0.0.0 in block lists is nobody's address
      records.add(
          ResourceRecord.of(reverse(address), RRType.PTR, TTL, Rdata.name(Name.parse(words[1]))));
    }
  }

  /** The name under which an address is turned into a name (RFC 1035 §3.5, RFC 3596 §2.5). */
  public static Name reverse(InetAddress address) {
    byte[] octets = address.getAddress();
    var name = new StringBuilder();
    for (int i = octets.length - 1; i >= 0; i--) {
      if (octets.length == 4) {
        name.append(octets[i] & 0xff).append('.');
      } else {
        name.append(Character.forDigit(octets[i] & 0xf, 16)).append('.');
        name.append(Character.forDigit(octets[i] >> 4 & 0xf, 16)).append('.');
      }
    }
    return Name.parse(name + (octets.length == 4 ? "in-addr.arpa." : "ip6.arpa."));
  }

  private static String withoutComment(String line) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '#' || c == ';')) {
        return line.substring(0, i);
      }
    }
    return line;
  }
}
