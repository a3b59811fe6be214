package io.l7.lab.events;

import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import io.l7.lab.world.Hosts;
import io.l7.lab.world.LabHost;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;

/** Which questions the lab's name servers were asked. Safe for all threads. */
public final class QuestionLog {
  private static final int KEPT = 10_000;
  private static final int WIDTH = 40;

  private final LabEvents events;
  private final Hosts hosts;
  private final ArrayDeque<Asked> asked = new ArrayDeque<>();

  /** A question that came to a name server. */
  public record Asked(String server, String client, Name name, RRType type) {}

  /** A log that also tells {@code events}. */
  public QuestionLog(LabEvents events, Hosts hosts) {
    this.events = events;
    this.hosts = hosts;
  }

  /** Notes what was asked and answered, if it can be read. */
  public void note(LabHost server, InetAddress client, byte[] query, int length, byte[] answer) {
    try {
      var question = MessageReader.read(query, 0, length).question();
      if (question.isEmpty()) return;
      var name = question.get().name();
      var type = question.get().type();
      var from = hosts.at(client).map(LabHost::name).orElse(client.getHostAddress());
      synchronized (this) {
        asked.addLast(new Asked(server.name(), from, name, type));
        if (asked.size() > KEPT) asked.removeFirst();
      }
      events.message("dns", from, server.name(), shown(name) + " " + type + "?", "");
      events.message(
          "dns", server.name(), from, summary(MessageReader.read(answer, 0, answer.length)), "");
    } catch (MalformedMessageException e) {
      events.cause("dns", server.name() + " was asked something malformed");
    }
  }

  private static String summary(Message answer) {
    if (!answer.answer().isEmpty()) {
      var first = answer.answer().getFirst();
      int more = answer.answer().size() - 1;
      var data = RecordText.print(first.type(), first.rdata());
      return shown(first.owner())
          + " "
          + first.type()
          + " "
          + (data.length() > WIDTH ? data.substring(0, WIDTH) + "…" : data)
          + (more > 0 ? " and " + more + " more" : "");
    }
    for (var record : answer.authority()) {
      if (record.type().equals(RRType.NS))
        return "ask "
            + RecordText.print(record.type(), record.rdata())
            + ", it has "
            + shown(record.owner());
    }
    return answer.rcode().toString();
  }

  /** Without the random case that a resolver asks in (the transcript keeps it). */
  private static String shown(Name name) {
    return name.toString().toLowerCase(Locale.ROOT);
  }

  /** All that is kept, oldest first. */
  public synchronized List<Asked> all() {
    return List.copyOf(asked);
  }

  /** How often a name server was asked for this. */
  public synchronized long count(Name name, RRType type) {
    return asked.stream().filter(a -> a.name().equals(name) && a.type().equals(type)).count();
  }
}
