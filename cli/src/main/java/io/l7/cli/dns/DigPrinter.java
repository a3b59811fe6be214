package io.l7.cli.dns;

import io.l7.cli.Plain;
import io.l7.common.json.Json;
import io.l7.dns.message.Edns;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Prints messages in dig's layout, which people and scripts read. */
final class DigPrinter {
  private static final int TAB = 8;
  private static final int TTL_COLUMN = 24;
  private static final int CLASS_COLUMN = 32;
  private static final int TYPE_COLUMN = 40;
  private static final int DATA_COLUMN = 48;

  /** Characters of base64 and hexadecimal data after which there is a space. */
  private static final int SPLIT = 56;

  private static final Set<RRType> SPLIT_TYPES =
      Set.of(
          RRType.RRSIG,
          RRType.DNSKEY,
          RRType.DS,
          RRType.CDS,
          RRType.CDNSKEY,
          RRType.TLSA,
          RRType.SSHFP,
          RRType.ZONEMD);

  private final PrintWriter out;
  private final byte[] sentCookie;

  /**
   * A printer.
   *
   * @param sentCookie the client's part of the cookie that was sent; empty for none
   */
  DigPrinter(PrintWriter out, byte[] sentCookie) {
    this.out = out;
    this.sentCookie = sentCookie.clone();
  }

  void print(Message message) {
    int opt = message.edns().isPresent() ? 1 : 0;
    out.println(";; Got answer:");
    out.println(
        ";; ->>HEADER<<- opcode: "
            + message.opcode()
            + ", status: "
            + message.rcode()
            + ", id: "
            + message.id());
    String flags = message.flags().toString();
    out.println(
        ";; flags:"
            + (flags.isEmpty() ? "" : " " + flags)
            + "; QUERY: "
            + message.questions().size()
            + ", ANSWER: "
            + message.answer().size()
            + ", AUTHORITY: "
            + message.authority().size()
            + ", ADDITIONAL: "
            + (message.additional().size() + opt));
    if (message.has(Flag.RD) && !message.has(Flag.RA)) {
      out.println(";; WARNING: recursion requested but not available");
    }
    out.println();
    message.edns().ifPresent(this::edns);
    if (!message.questions().isEmpty()) {
      out.println(";; QUESTION SECTION:");
      for (Question question : message.questions()) {
        var line = new Line().add(question.name()).to(CLASS_COLUMN).add(question.rrclass());
        out.println(";" + line.to(TYPE_COLUMN).add(question.type()));
      }
      out.println();
    }
    section("ANSWER", message.answer());
    section("AUTHORITY", message.authority());
    section("ADDITIONAL", message.additional());
  }

  /** The records of the answer section, as of a zone that is transferred. */
  void printRecords(Message message) {
    message.answer().forEach(record -> out.println(line(record)));
  }

  /** The data of the answer section alone, one record a line. */
  void printShort(Message message) {
    message.answer().forEach(record -> out.println(data(record)));
  }

  private void edns(Edns edns) {
    out.println(";; OPT PSEUDOSECTION:");
    out.println(
        "; EDNS: version: "
            + edns.version()
            + ", flags:"
            + (edns.dnssecOk() ? " do" : "")
            + "; udp: "
            + edns.udpSize());
    for (EdnsOption option : edns.options()) {
      // Texts in them are the server's, and must not steer the terminal.
      out.println("; " + Plain.text(option(option)));
    }
  }

  private String option(EdnsOption option) {
    byte[] data = option.data();
    String hex = HexFormat.of().formatHex(data);
    return switch (option.code()) {
      case EdnsOption.COOKIE -> "COOKIE: " + hex + cookieVerdict(data);
      case EdnsOption.EXTENDED_ERROR ->
          Edns.ofSize(0).withOption(option).errors().stream()
              .findFirst()
              .map(error -> "EDE: " + error)
              .orElse("EDE: " + hex);
      case EdnsOption.PADDING -> "PAD: (" + data.length + " bytes)";
      case EdnsOption.NSID ->
          "NSID: "
              + HexFormat.ofDelimiter(" ").formatHex(data)
              + " (\""
              + new String(data, java.nio.charset.StandardCharsets.ISO_8859_1)
              + "\")";
      case EdnsOption.TCP_KEEPALIVE ->
          data.length == 2
              ? String.format(
                  Locale.ROOT,
                  "TCP KEEPALIVE: %.1f secs",
                  ((data[0] & 0xff) << 8 | (data[1] & 0xff)) / 10.0)
              : "TCP KEEPALIVE: " + hex;
      default -> "OPT=" + option.code() + ": " + HexFormat.ofDelimiter(" ").formatHex(data);
    };
  }

  private String cookieVerdict(byte[] data) {
    int octets = sentCookie.length;
    if (octets == 0 || data.length < octets) {
      return "";
    }
    boolean mine = Arrays.equals(data, 0, octets, sentCookie, 0, octets);
    return !mine ? " (bad)" : data.length == octets ? " (echoed)" : " (good)";
  }

  private void section(String title, List<ResourceRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    out.println(";; " + title + " SECTION:");
    records.forEach(record -> out.println(line(record)));
    out.println();
  }

  /** One record as dig shows it. */
  static String line(ResourceRecord record) {
    return new Line()
        .add(record.owner())
        .to(TTL_COLUMN)
        .add(record.ttl())
        .to(CLASS_COLUMN)
        .add(record.rrclass())
        .to(TYPE_COLUMN)
        .add(record.type())
        .to(DATA_COLUMN)
        .add(data(record))
        .toString();
  }

  private static String data(ResourceRecord record) {
    String data = RecordText.print(record.type(), record.rdata());
    if (!SPLIT_TYPES.contains(record.type())) {
      return data;
    }
    int last = data.lastIndexOf(' ') + 1;
    return data.substring(0, last)
        + data.substring(last).replaceAll("(.{" + SPLIT + "})(?=.)", "$1 ");
  }

  /** A line whose columns begin at tabulators, as far as they are free. */
  private static final class Line {
    private final StringBuilder text = new StringBuilder();
    private int column;

    Line add(Object what) {
      String added = what.toString();
      text.append(added);
      column += added.length();
      return this;
    }

    Line to(int wanted) {
      int target = Math.max(wanted, column + 1);
      int tabs = target / TAB - column / TAB;
      if (tabs > 0) {
        text.repeat('\t', tabs);
        column = target / TAB * TAB;
      }
      text.repeat(' ', target - column);
      column = target;
      return this;
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  /** The same as one JSON object. */
  static Json json(Message message) {
    List<Json> errors =
        message.edns().map(Edns::errors).orElse(List.of()).stream()
            .<Json>map(
                error -> Json.object().put("code", error.code()).put("text", error.text()).build())
            .toList();
    Optional<Question> question = message.question();
    return Json.object()
        .put("status", message.rcode().toString())
        .put("id", message.id())
        .put("flags", message.flags().toString())
        .put("name", question.map(q -> q.name().toString()).orElse(""))
        .put("type", question.map(q -> q.type().toString()).orElse(""))
        .put("answer", records(message.answer()))
        .put("authority", records(message.authority()))
        .put("additional", records(message.additional()))
        .put("errors", errors)
        .build();
  }

  private static List<Json> records(List<ResourceRecord> records) {
    return records.stream()
        .<Json>map(
            record ->
                Json.object()
                    .put("name", record.owner().toString())
                    .put("ttl", record.ttl())
                    .put("class", record.rrclass().toString())
                    .put("type", record.type().toString())
                    .put("data", RecordText.print(record.type(), record.rdata()))
                    .build())
        .toList();
  }
}
