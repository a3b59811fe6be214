package io.l7.dns.simulation;

import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.replay.VirtualTasks;
import io.l7.dns.resolver.Exchange;
import io.l7.dns.resolver.ResponseMatch;
import io.l7.dns.resolver.Transport;
import io.l7.dns.resolver.Upstream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Name servers behind links with delay and loss. Questions and answers cross as octets. Owned by
 * the thread whose turn it is in virtual time.
 */
public final class SimulatedNet implements Upstream {
  private static final int UDP_OCTETS = 1232;

  /** What a name server makes of a question. */
  @FunctionalInterface
  public interface Server {
    /** The answer; empty for silence. */
    Optional<Message> answer(Message query, Transport transport);

    /** A server that always answers. */
    static Server of(java.util.function.UnaryOperator<Message> answers) {
      return (query, transport) -> Optional.of(answers.apply(query));
    }

    static Server silent() {
      return (query, transport) -> Optional.empty();
    }
  }

  private record Host(Server server, int delayMillis) {}

  private final VirtualTasks tasks;
  private final RandomGenerator random;
  private final double loss;
  private final Map<InetAddress, Host> hosts = new HashMap<>();
  private final Map<InetAddress, Integer> asked = new HashMap<>();
  private final Map<Name, Integer> askedBelow = new HashMap<>();
  private int sent;
  private long octetsSent;
  private int inFlight;
  private int mostInFlight;

  /**
   * A net.
   *
   * @param loss share of packets that are lost, each way for itself
   */
  public SimulatedNet(VirtualTasks tasks, RandomGenerator random, double loss) {
    this.tasks = tasks;
    this.random = random;
    this.loss = loss;
  }

  /** Puts a server at an address, {@code delayMillis} there and back away. */
  public void put(InetAddress address, int delayMillis, Server server) {
    hosts.put(address, new Host(server, delayMillis));
  }

  @Override
  public Exchange exchange(
      InetAddress address, Transport transport, Message query, Duration timeout) {
    byte[] wire = MessageWriter.write(query);
    sent++;
    octetsSent += wire.length;
    asked.merge(address, 1, Integer::sum);
    query.question().ifPresent(question -> askedBelow.merge(top(question.name()), 1, Integer::sum));
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    try {
      Host host = hosts.get(address);
      if (host == null || isLost() || isLost()) {
        return silence(timeout);
      }
      int delay = transport == Transport.TCP ? 2 * host.delayMillis : host.delayMillis;
      Optional<Message> response = host.server.answer(query, transport);
      if (response.isEmpty() || delay >= timeout.toMillis()) {
        return silence(timeout);
      }
      tasks.sleep(Duration.ofMillis(delay));
      int room = transport == Transport.TCP ? MessageWriter.MAX_OCTETS : UDP_OCTETS;
      Message arrived = MessageReader.read(MessageWriter.write(response.get(), room));
      return switch (ResponseMatch.of(query, arrived)) {
        case FITS -> new Exchange.Answered(arrived);
        case OTHER_CASE -> new Exchange.Garbled("letters of the question differ");
        case FOREIGN -> silence(timeout);
      };
    } catch (MalformedMessageException e) {
      return new Exchange.Garbled(String.valueOf(e.getMessage()));
    } finally {
      inFlight--;
    }
  }

  private static Name top(Name name) {
    return name.last(Math.min(1, name.labels()));
  }

  private boolean isLost() {
    return loss > 0 && random.nextDouble() < loss;
  }

  private Exchange silence(Duration timeout) {
    tasks.sleep(timeout);
    return new Exchange.TimedOut();
  }

  /** Questions sent so far. */
  public int sent() {
    return sent;
  }

  public long octetsSent() {
    return octetsSent;
  }

  /** Questions sent to one address. */
  public int sentTo(InetAddress address) {
    return asked.getOrDefault(address, 0);
  }

  /** Questions sent about names at and below a top-level name. */
  public int sentAbout(Name top) {
    return askedBelow.getOrDefault(top, 0);
  }

  /** The most questions that were on their way at a time. */
  public int mostInFlight() {
    return mostInFlight;
  }
}
