package io.l7.dns.simulation;

import io.l7.dns.authority.AuthorityLimits;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import io.l7.dns.authority.Services;
import io.l7.dns.authority.ZoneAuthority;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Rcode;
import io.l7.dns.resolver.Transport;
import io.l7.dns.tsig.Keyring;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneStore;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** An authority of this very project as a server of the simulated net. */
public final class SimulatedServer implements SimulatedNet.Server {
  private static final AuthorityLimits LIMITS = new AuthorityLimits(1232, 16, 16, 512);
  private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.200", 5353);

  private final ZoneStore zones = new ZoneStore();
  private final ZoneAuthority authority;

  public SimulatedServer(InstantSource clock) {
    this.authority =
        new ZoneAuthority(zones, Services.none(clock), Keyring.of(List.of()), LIMITS, clock);
  }

  /** Serves one more zone. */
  public SimulatedServer serve(Zone zone) {
    zones.add(new LiveZone(zone));
    return this;
  }

  @Override
  public Optional<Message> answer(Message query, Transport transport) {
    byte[] wire = MessageWriter.write(query);
    var by = transport == Transport.UDP ? Request.Transport.UDP : Request.Transport.STREAM;
    try {
      return switch (authority.answer(new Request(wire, wire.length, CLIENT, by))) {
        case Outcome.Reply(byte[] answer) -> Optional.of(MessageReader.read(answer));
        case Outcome.NotOurs notOurs -> Optional.of(Message.responseTo(query, Rcode.REFUSED));
        case Outcome.Silence silence -> Optional.empty();
        case Outcome.Deferred deferred -> Optional.empty();
        case Outcome.Transfer transfer -> Optional.empty();
      };
    } catch (MalformedMessageException e) {
      throw new IllegalStateException(e);
    }
  }
}
