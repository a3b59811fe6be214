package io.l7.cli.dns;

import io.l7.common.json.Json;
import io.l7.dns.message.Edns;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Message;
import io.l7.dns.message.Question;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/** Prints messages in dig's layout, which people and scripts read. */
final class DigPrinter {
  private final PrintWriter out;

  DigPrinter(PrintWriter out) {
    this.out = out;
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
    out.println(
        ";; flags: "
            + message.flags()
            + "; QUERY: "
            + message.questions().size()
            + ", ANSWER: "
            + message.answer().size()
            + ", AUTHORITY: "
            + message.authority().size()
            + ", ADDITIONAL: "
            + (message.additional().size() + opt));
    out.println();
    message.edns().ifPresent(this::edns);
    if (!message.questions().isEmpty()) {
      out.println(";; QUESTION SECTION:");
      for (Question question : message.questions()) {
        out.println(";" + question.name() + "\t\t\t" + question.rrclass() + "\t" + question.type());
      }
      out.println();
    }
    section("ANSWER", message.answer());
    section("AUTHORITY", message.authority());
    section("ADDITIONAL", message.additional());
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
    for (ExtendedError error : edns.errors()) {
      out.println("; EDE: " + error);
    }
  }

  private void section(String title, List<ResourceRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    out.println(";; " + title + " SECTION:");
    for (ResourceRecord record : records) {
      String owner = record.owner().toString();
      String tabs = owner.length() < 8 ? "\t\t\t" : owner.length() < 16 ? "\t\t" : "\t";
      out.println(
          owner
              + tabs
              + record.ttl()
              + "\t"
              + record.rrclass()
              + "\t"
              + record.type()
              + "\t"
              + RecordText.print(record.type(), record.rdata()));
    }
    out.println();
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
