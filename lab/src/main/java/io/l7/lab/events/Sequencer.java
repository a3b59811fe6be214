package io.l7.lab.events;

import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import io.l7.lab.world.Hosts;
import io.l7.lab.world.LabHost;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Makes lines of the message sequence from the transcripts of the lab's servers. */
public final class Sequencer implements Transcript {
  private static final int WIDTH = 100;

  private final LabEvents events;
  private final Hosts hosts;
  private final Map<String, Between> open = new ConcurrentHashMap<>();

  /** Two ends of a connection, and who spoke last. */
  private record Between(
      String protocol, String client, String server, AtomicReference<Event.@Nullable Side> turn) {}

  /** Lines that go to {@code events}, with the names of {@code hosts}. */
  public Sequencer(LabEvents events, Hosts hosts) {
    this.events = events;
    this.hosts = hosts;
  }

  @Override
  public void event(Event event) {
    switch (event) {
      case Event.Opened opened -> {
        boolean serving = opened.side() == Event.Side.SERVER;
        var client = name(serving ? opened.there() : opened.here());
        var server = name(serving ? opened.here() : opened.there());
        int port = (serving ? opened.here() : opened.there()).getPort();
        open.put(
            event.connection(),
            new Between(
                protocol(event.connection(), port), client, server, new AtomicReference<>()));
      }
      case Event.Spoke spoke -> {
        var between = open.get(event.connection());
        if (between == null) return;
        if (between.turn.getAndSet(spoke.by()) == spoke.by())
          return; // the rest of what is being said
        boolean byClient = spoke.by() == Event.Side.CLIENT;
        var lock = spoke.cover() == Event.Cover.TLS ? "(TLS) " : "";
        events.message(
            between.protocol,
            byClient ? between.client : between.server,
            byClient ? between.server : between.client,
            lock + summary(spoke.octets()),
            event.connection());
      }
      case Event.Secured secured ->
          events.cause(protocol(event), event.connection() + " is under " + secured.protocol());
      case Event.Note note -> events.cause(protocol(event), note.text());
      case Event.Closed closed -> open.remove(event.connection());
    }
  }

  private String protocol(Event event) {
    var between = open.get(event.connection());
    return between == null ? "tcp" : between.protocol;
  }

  private String name(InetSocketAddress address) {
    return hosts
        .at(address.getAddress())
        .map(LabHost::name)
        .orElse(address.getAddress().getHostAddress());
  }

  /** By the port, well-known or mapped, or by the name that a server gives its connections. */
  private static String protocol(String connection, int port) {
    return switch (port % 20_000) {
      case 25, 465, 587 -> "smtp";
      case 53 -> "dns";
      case 80, 443 -> "http";
      case 6881, 6969 -> "bt";
      default -> connection.replaceAll("-.*", "");
    };
  }

  /** The first line of a text; of anything else its size. */
  private static String summary(byte[] octets) {
    int end = 0;
    while (end < octets.length && octets[end] != '\r' && octets[end] != '\n') {
      if (octets[end] < ' ' && octets[end] >= 0 && octets[end] != '\t')
        return octets.length + " octets";
      end++;
    }
    var line = new String(octets, 0, Math.min(end, WIDTH), StandardCharsets.UTF_8);
    int rest = octets.length - end;
    return rest > 2 ? line + " … (" + octets.length + " octets)" : line;
  }
}
