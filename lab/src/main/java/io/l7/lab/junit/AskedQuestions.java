package io.l7.lab.junit;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.lab.events.QuestionLog;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Assertions on what the name servers of a lab were asked; answers from caches ask nobody. */
public final class AskedQuestions {
  private final QuestionLog log;

  AskedQuestions(QuestionLog log) {
    this.log = log;
  }

  /** Demands that some name server was asked for this. Returns the servers' names, in order. */
  public List<String> asked(String name, RRType type) {
    var servers = servers(name, type);
    if (servers.isEmpty())
      throw new AssertionError("nobody asked for " + name + " " + type + "; asked was:" + all());
    return servers;
  }

  /** Demands that no name server was asked for this. */
  public void neverAsked(String name, RRType type) {
    var servers = servers(name, type);
    if (!servers.isEmpty())
      throw new AssertionError(name + " " + type + " was asked of " + String.join(", ", servers));
  }

  /** How often name servers were asked for this. */
  public long times(String name, RRType type) {
    return servers(name, type).size();
  }

  /** Without the random case that a resolver gives its questions. */
  static String plain(Name name) {
    return name.toString().toLowerCase(Locale.ROOT);
  }

  private List<String> servers(String name, RRType type) {
    var wanted = Name.parse(name.endsWith(".") ? name : name + ".");
    return log.all().stream()
        .filter(asked -> asked.name().equals(wanted) && asked.type().equals(type))
        .map(QuestionLog.Asked::server)
        .toList();
  }

  private String all() {
    return log.all().stream()
        .map(asked -> "\n  " + plain(asked.name()) + " " + asked.type() + " of " + asked.server())
        .distinct()
        .collect(Collectors.joining());
  }
}
