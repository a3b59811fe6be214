package io.l7.lab.names;

import io.l7.dns.DnsServer;
import io.l7.dns.authority.Authority;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import io.l7.dns.message.Name;
import io.l7.lab.events.QuestionLog;
import io.l7.lab.world.LabHost;
import java.io.IOException;

/** An authority of the lab behind UDP and TCP on one host, with a log of what it was asked. */
final class NameServer implements Authority {
  private final LabHost host;
  private final Authority zones;
  private final QuestionLog log;

  private NameServer(LabHost host, Authority zones, QuestionLog log) {
    this.host = host;
    this.zones = zones;
    this.log = log;
  }

  static DnsServer start(LabHost host, int port, Authority zones, QuestionLog log)
      throws IOException {
    return DnsServer.builder()
        .network(host.network())
        .listen(host.at(port))
        .authority(new NameServer(host, zones, log))
        .start();
  }

  @Override
  public Outcome answer(Request request) {
    var outcome = zones.answer(request);
    if (outcome instanceof Outcome.Reply(var wire)) {
      log.note(host, request.client().getAddress(), request.wire(), request.length(), wire);
    }
    return outcome;
  }

  @Override
  public boolean serves(Name name) {
    return zones.serves(name);
  }
}
