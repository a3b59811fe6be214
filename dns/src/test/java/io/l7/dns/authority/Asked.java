package io.l7.dns.authority;

import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.tsig.Keyring;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/** An authority under test and short ways to ask it. */
final class Asked {
  static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 5353);
  final ZoneAuthority authority;

  Asked(Zone... zones) {
    var store = new ZoneStore();
    for (Zone zone : zones) {
      store.add(new LiveZone(zone));
    }
    var clock = InstantSource.system();
    authority =
        new ZoneAuthority(
            store, Services.none(clock), Keyring.of(List.of()), AuthorityLimits.defaults(), clock);
  }

  static Message query(String name, String type) {
    return Message.query(4711, Question.of(Name.parse(name), RRType.parse(type)));
  }

  Message ask(Message query) {
    byte[] wire = MessageWriter.write(query);
    var ready = new byte[1_232];
    int octets = authority.ready(wire, wire.length, Request.Transport.UDP, ready);
    if (octets > 0) {
      return read(Arrays.copyOf(ready, octets));
    }
    var outcome = authority.answer(new Request(wire, wire.length, CLIENT, Request.Transport.UDP));
    if (!(outcome instanceof Outcome.Reply reply)) {
      throw new AssertionError("no reply but " + outcome);
    }
    return read(reply.wire());
  }

  private static Message read(byte[] wire) {
    try {
      return MessageReader.read(wire);
    } catch (MalformedMessageException e) {
      throw new AssertionError(e);
    }
  }

  Message ask(String name, String type) {
    return ask(query(name, type));
  }

  Message askSigned(String name, String type) {
    return ask(query(name, type).withEdns(Edns.ofSize(1232).withDnssecOk()));
  }

  /**
   * The answer in short: rcode, AA, and each section's records as "owner type data", sections
   * divided by bars.
   */
  String asked(String name, String type) {
    Message reply = ask(name, type);
    String flags = reply.has(Flag.AA) ? " aa" : "";
    return reply.rcode()
        + flags
        + " | "
        + lines(reply.answer())
        + " | "
        + lines(reply.authority())
        + " | "
        + lines(reply.additional());
  }

  static String lines(List<ResourceRecord> records) {
    return String.join(
        ", ",
        records.stream()
            .map(r -> r.owner() + " " + r.type() + " " + r.toString().split("\t", 5)[4])
            .map(line -> line.replaceAll("SOA .*", "SOA"))
            .toList());
  }
}
