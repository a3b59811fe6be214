package io.l7.dns.transfer;

import io.l7.common.net.Endpoint;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Flags;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.tsig.TsigSession;
import io.l7.dns.zone.Zone;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells secondaries of new versions (RFC 1996). For each zone and secondary one virtual thread runs
 * at most; what changes while it waits for an answer makes one more message, not one for each
 * change. Safe for all threads.
 */
public final class Notifier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

  /** RFC 1996 §3.6: resent until answered; 5 times, each waiting twice as long. */
  private static final int TRIES = 5;

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

  private final List<Endpoint> secondaries;
  private final Optional<TsigKey> key;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Duration firstWait;
  private final Map<Target, Zone> pending = new ConcurrentHashMap<>();
  private final Set<Thread> telling = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private record Target(Name origin, Endpoint secondary) {}

  /**
   * A notifier.
   *
   * @param key signs each NOTIFY, and its answer must be signed with it
   * @param random makes message IDs; a source that cannot be foreseen
   */
  public Notifier(
      List<Endpoint> secondaries,
      Optional<TsigKey> key,
      InstantSource clock,
      RandomGenerator random) {
    this(secondaries, key, clock, random, FIRST_WAIT);
  }

  /** One with another first wait. */
  Notifier(
      List<Endpoint> secondaries,
      Optional<TsigKey> key,
      InstantSource clock,
      RandomGenerator random,
      Duration firstWait) {
    this.firstWait = firstWait;
    this.secondaries = List.copyOf(secondaries);
    this.key = key;
    this.clock = clock;
    this.random = random;
  }

  /** Tells every secondary of this version, without waiting. */
  public void changed(Zone zone) {
    if (closed) {
      return;
    }
    for (Endpoint secondary : secondaries) {
      var target = new Target(zone.origin(), secondary);
      if (pending.put(target, zone) == null) {
        start(target);
      }
    }
  }

  /** How many are being told. */
  int atWork() {
    return telling.size();
  }

  private void start(Target target) {
    Thread thread =
        Thread.ofVirtual().name("dns-notify-" + target.origin).unstarted(() -> run(target));
    telling.add(thread);
    thread.start();
    if (closed) { // between the two
      thread.interrupt();
    }
  }

  /** Ends every telling, also of those that have not answered yet; nobody is told from now on. */
  @Override
  public void close() {
    closed = true;
    telling.forEach(Thread::interrupt);
  }

  private void run(Target target) {
    try {
      tellAll(target);
    } finally {
      telling.remove(Thread.currentThread());
    }
  }

  private void tellAll(Target target) {
    Optional<Zone> told = Optional.empty();
    while (!closed) {
      Zone zone = pending.get(target);
      if (zone == null
          || (told.isPresent() && told.get().equals(zone) && pending.remove(target, zone))) {
        return;
      }
      tell(target.secondary, zone);
      told = Optional.of(zone);
    }
  }

  private void tell(Endpoint secondary, Zone zone) {
    int id = random.nextInt(0x10000);
    Message notify =
        new Message(
            id,
            Opcode.NOTIFY,
            Rcode.NOERROR,
            Flags.of(Flag.AA),
            List.of(Question.of(zone.origin(), RRType.SOA)),
            zone.soaSet().records(),
            List.of(),
            List.of(),
            Optional.empty());
    Optional<TsigSession> session = key.map(TsigSession::asking);
    byte[] plain = MessageWriter.write(notify);
    byte[] wire = session.map(s -> s.sign(plain, now())).orElse(plain);
    try (var socket = new DatagramSocket()) {
      socket.connect(secondary.toSocketAddress());
      Duration wait = firstWait;
      for (int i = 0; i < TRIES && !closed; i++) {
        long end = System.nanoTime() + wait.toNanos();
        Optional<Rcode> answer = told(socket, wire, id, session, end);
        if (answer.isPresent()) {
          if (!answer.get().equals(Rcode.NOERROR)) { // it fetches nothing: somebody has to look
            LOG.warn("zone {}: {} answers NOTIFY: {}", zone.origin(), secondary, answer.get());
          }
          return;
        }
        wait = wait.multipliedBy(2);
      }
      if (!closed) {
        LOG.warn("zone {}: {} does not answer NOTIFY", zone.origin(), secondary);
      }
    } catch (IOException | RuntimeException e) { // the next change is told all the same
      if (!closed) { // who is interrupted in receiving finds the socket closed
        LOG.warn("zone {}: NOTIFY to {}: {}", zone.origin(), secondary, e.toString());
      }
    }
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  /**
   * One try. A refusal of the network (ICMP) says that nobody listens now, as while the secondary
   * starts again: the next try comes when it is due, no sooner.
   */
  private Optional<Rcode> told(
      DatagramSocket socket, byte[] wire, int id, Optional<TsigSession> session, long end)
      throws IOException {
    try {
      socket.send(new DatagramPacket(wire, wire.length));
      for (long left = millisUntil(end); left > 0; left = millisUntil(end)) {
        socket.setSoTimeout((int) left);
        Optional<Rcode> answer = answer(socket, id, session);
        if (answer.isPresent()) {
          return answer;
        }
      }
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    } catch (PortUnreachableException e) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    return Optional.empty();
  }

  private static long millisUntil(long end) {
    return (end - System.nanoTime()) / 1_000_000;
  }

  private Optional<Rcode> answer(DatagramSocket socket, int id, Optional<TsigSession> session)
      throws IOException {
    var packet = new DatagramPacket(new byte[512], 512);
    socket.receive(packet);
    try {
      Message answer = MessageReader.read(packet.getData(), 0, packet.getLength());
      boolean ours =
          answer.id() == id && answer.isResponse() && answer.opcode().equals(Opcode.NOTIFY);
      byte[] octets = Arrays.copyOf(packet.getData(), packet.getLength());
      boolean counts = ours && session.map(s -> s.accept(octets, now())).orElse(true);
      return counts ? Optional.of(answer.rcode()) : Optional.empty();
    } catch (MalformedMessageException e) {
      return Optional.empty();
    }
  }
}
