package io.l7.dns;

import io.l7.common.net.Datagram;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.net.UdpServer;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the tests of the service have in common: a fake upstream and a client that waits shortly.
 */
final class Questions {
  private Questions() {}

  static Message query(String name, RRType type, int id) {
    return Message.query(id, Question.of(Name.parse(name), type))
        .with(Flag.RD)
        .withEdns(Edns.ofSize(1232));
  }

  /**
   * A forwarder: any A question has 192.0.2.7 for a minute, and any CNAME question leads to {@code
   * target.example}; names that begin with {@code slow} wait for {@link #release}, those below
   * {@code dead} are never answered.
   */
  static final class Upstream implements AutoCloseable {
    private static final Name TARGET = Name.parse("target.example");

    final AtomicInteger asked = new AtomicInteger();
    private final ConcurrentLinkedQueue<Datagram> held = new ConcurrentLinkedQueue<>();
    private final UdpServer server;

    Upstream() throws IOException {
      server = UdpServer.named("upstream").start(this::take);
    }

    Endpoint at() {
      return Endpoint.of(server.address());
    }

    private void take(Datagram datagram) throws IOException {
      asked.incrementAndGet();
      // The resolver's letters are of random case.
      String name =
          read(datagram).questions().getFirst().name().toString().toLowerCase(Locale.ROOT);
      if (name.startsWith("slow")) {
        held.add(datagram.detach());
      } else if (!name.endsWith("dead.")) {
        answer(datagram);
      }
    }

    void release() throws IOException {
      for (Datagram datagram = held.poll(); datagram != null; datagram = held.poll()) {
        answer(datagram);
      }
    }

    int held() {
      return held.size();
    }

    /** Different questions among those held. */
    long waiting() {
      return held.stream()
          .map(
              datagram -> {
                try {
                  return read(datagram).questions().getFirst();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
          .distinct()
          .count();
    }

    private static Message read(Datagram datagram) throws IOException {
      try {
        return MessageReader.read(datagram.data(), 0, datagram.length());
      } catch (MalformedMessageException e) {
        throw new IOException(e);
      }
    }

    private static void answer(Datagram datagram) throws IOException {
      Message query = read(datagram);
      var question = query.questions().getFirst();
      Message answer = Message.responseTo(query, Rcode.NOERROR).with(Flag.RA);
      if (question.type().equals(RRType.A)) {
        var record =
            ResourceRecord.of(
                question.name(), RRType.A, 60, Rdata.of(new byte[] {(byte) 192, 0, 2, 7}));
        answer = answer.withSections(List.of(record), List.of(), List.of());
      } else if (question.type().equals(RRType.CNAME)) {
        var record = ResourceRecord.of(question.name(), RRType.CNAME, 60, Rdata.name(TARGET));
        answer = answer.withSections(List.of(record), List.of(), List.of());
      }
      byte[] wire = MessageWriter.write(answer);
      datagram.reply(wire, 0, wire.length);
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /** A client with one port. */
  static final class Client implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor ALARMS =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().factory());

    private final Network.DatagramPort port;
    private final InetSocketAddress server;

    Client(InetSocketAddress server) throws IOException {
      this.server = server;
      this.port = Network.channels().bind(new InetSocketAddress("127.0.0.1", 0));
    }

    void send(byte[] wire) throws IOException {
      port.send(wire, 0, wire.length, server);
    }

    /** The next answer, or none within the time; then the port is closed. */
    Optional<byte[]> next(long millis) {
      var alarm = ALARMS.schedule(this::close, millis, TimeUnit.MILLISECONDS);
      try {
        var buffer = new byte[65_535];
        var received = port.receive(buffer);
        return Optional.of(Arrays.copyOf(buffer, received.length()));
      } catch (IOException e) {
        return Optional.empty();
      } finally {
        alarm.cancel(false);
      }
    }

    Message ask(Message query) throws IOException, MalformedMessageException {
      send(MessageWriter.write(query));
      return MessageReader.read(next(10_000).orElseThrow(() -> new IOException("no answer")));
    }

    @Override
    public void close() {
      try {
        port.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
