package io.l7.dns.authority;

import io.l7.common.net.Endpoint;
import io.l7.common.time.Scheduler;
import io.l7.dns.DnsServer;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.tsig.TsigAlgorithm;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.update.UpdatePolicy;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Zones hosted from files behind real sockets, and short ways to ask them. */
final class Served implements AutoCloseable {
  static final TsigKey KEY =
      new TsigKey(Name.parse("k."), TsigAlgorithm.HMAC_SHA256, new byte[] {1, 2, 3});

  final HostedZones zones;
  final DnsServer server;

  Served(HostedZones.Options options, Scheduler scheduler) throws IOException {
    zones = HostedZones.open(options, scheduler);
    server =
        DnsServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .authority(zones.authority())
            .clock(scheduler.clock())
            .start();
  }

  /**
   * A zone file with a default TTL, an SOA of serial 7 that is looked at every hour and expires
   * after a day, and one name server.
   */
  static Path file(Path folder, String origin, String text) throws IOException {
    String head = "$TTL 300\n@ SOA ns1 admin 7 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n";
    String name = origin.equals(".") ? "root" : origin;
    return Files.writeString(folder.resolve(name + "zone"), head + text);
  }

  /** One zone that {@link #KEY} may change and copy. */
  static HostedZones.Options open(String origin, Path file, Optional<Path> signingKeys) {
    return new HostedZones.Options(
        List.of(new HostedZones.ZoneSource(Name.parse(origin), file)),
        List.of(),
        List.of(KEY),
        UpdatePolicy.allowing(List.of(KEY)),
        new AccessList(List.of(), Set.of(KEY.name())),
        Optional.empty(),
        signingKeys,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  InetSocketAddress address() {
    return server.address();
  }

  Endpoint endpoint() {
    return new Endpoint("127.0.0.1", address().getPort());
  }

  /** One question over UDP. */
  Message ask(Message query) throws IOException {
    byte[] wire = MessageWriter.write(query);
    try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout(10_000);
      socket.send(new DatagramPacket(wire, wire.length, address()));
      var packet = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(packet);
      return MessageReader.read(packet.getData(), 0, packet.getLength());
    } catch (MalformedMessageException e) {
      throw new IOException(e);
    }
  }

  Message ask(String name, String type) throws IOException {
    return ask(Asked.query(name, type));
  }

  @Override
  public void close() throws IOException {
    server.close();
    zones.close();
  }
}
