package io.l7.cli.dns;

import io.l7.cli.Failure;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.ResourceRecord;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The root servers as one server tells of them: where a walk begins that {@code @HOST} is given.
 */
final class RootServers {
  /** Servers whose addresses are asked for; the root has had thirteen for decades. */
  private static final int MOST = 16;

  private final StubClient server;
  private final SecureRandom random = new SecureRandom();

  private RootServers(StubClient server) {
    this.server = server;
  }

  /**
   * Their NS, A and AAAA records.
   *
   * @throws Failure it does not know them, or does not answer
   */
  static List<ResourceRecord> knownTo(StubClient server) throws IOException {
    return new RootServers(server).hints();
  }

  private List<ResourceRecord> hints() throws IOException {
    Message root = ask(Question.of(Name.ROOT, RRType.NS));
    List<ResourceRecord> servers =
        root.records()
            .filter(record -> record.type().equals(RRType.NS) && record.owner().isRoot())
            .limit(MOST)
            .toList();
    var hints = new ArrayList<>(servers);
    for (ResourceRecord each : servers) {
      Name name = each.rdata().asName();
      List<ResourceRecord> beside = addresses(root, name);
      hints.addAll(beside);
      if (beside.isEmpty()) {
        hints.addAll(addresses(ask(Question.of(name, RRType.A)), name));
        hints.addAll(addresses(ask(Question.of(name, RRType.AAAA)), name));
      }
    }
    if (hints.size() == servers.size()) {
      throw new Failure(server.name(), "knows no root server to begin with");
    }
    return hints;
  }

  private static List<ResourceRecord> addresses(Message message, Name name) {
    return message
        .records()
        .filter(record -> record.type().equals(RRType.A) || record.type().equals(RRType.AAAA))
        .filter(record -> record.owner().equals(name))
        .distinct()
        .toList();
  }

  private Message ask(Question question) throws IOException {
    Message query = Message.query(random.nextInt(0x10000), question).with(Flag.RD);
    Message answer = server.udp(query).message();
    return answer.has(Flag.TC) ? server.tcp(query).message() : answer;
  }
}
