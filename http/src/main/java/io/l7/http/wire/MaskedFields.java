package io.l7.http.wire;

import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A transcript that keeps no secret of HTTP: the values of fields that let somebody in stand there
 * as {@code ****}, in whatever pieces they went over the wire. What looks like such a line in
 * content is masked as well. Safe for all threads.
 */
public final class MaskedFields implements Transcript {
  private static final Set<String> SECRET =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie");

  /** Octets of a line among which the colon of a secret one is. */
  private static final int LONGEST = 20;

  private static final byte[] MASK = " ****".getBytes(StandardCharsets.US_ASCII);

  /** The first line of the preface: what comes together with the end of it are frames. */
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

  private enum State {
    NAME,
    OTHER,
    SECRET
  }

  /** Where one side of a connection is in its line. */
  private static final class Line {
    private final StringBuilder name = new StringBuilder();
    private State state = State.NAME;
    private boolean wasSecret;

    private synchronized byte[] masked(byte[] octets) {
      var out = new ByteArrayOutputStream(octets.length);
      for (byte octet : octets) {
        take(octet, out);
      }
      return out.toByteArray();
    }

    private void take(byte octet, ByteArrayOutputStream out) {
      if (octet == '\n' || octet == '\r') {
        out.write(octet);
        end(octet);
        return;
      }
      if (state == State.NAME) {
        name(octet);
      }
      if (state != State.SECRET) {
        out.write(octet);
      }
      if (state == State.NAME && octet == ':') {
        boolean secret = SECRET.contains(name.toString().toLowerCase(Locale.ROOT));
        state = secret ? State.SECRET : State.OTHER;
        if (secret) {
          out.writeBytes(MASK);
        }
      }
    }

    private void name(byte octet) {
      boolean folds = name.isEmpty() && (octet == ' ' || octet == '\t');
      if (folds && wasSecret) {
        state = State.SECRET;
      } else if (name.length() == LONGEST) {
        state = State.OTHER;
      } else if (octet != ':') {
        name.append((char) (octet & 0xff));
      }
    }

    private void end(byte octet) {
      if (octet == '\n') {
        wasSecret = state == State.SECRET;
        state = State.NAME;
        name.setLength(0);
      }
    }
  }

  /** Where both sides of one connection are. */
  private static final class Lines {
    private final Line client = new Line();
    private final Line server = new Line();

    /** Octets of the preface of HTTP/2 that the client has begun with; −1: it did not. */
    private int prefaced;

    byte[] masked(Event.Side by, byte[] octets) {
      return by == Event.Side.CLIENT ? client.masked(upToFrames(octets)) : server.masked(octets);
    }

    /** Frames hide their fields from who looks for lines: they are told in words. */
    private synchronized byte[] upToFrames(byte[] octets) {
      for (int i = 0; prefaced >= 0 && prefaced < PREFACE.length && i < octets.length; i++) {
        prefaced = octets[i] == PREFACE[prefaced] ? prefaced + 1 : -1;
        if (prefaced == PREFACE.length) {
          return Arrays.copyOf(octets, i + 1);
        }
      }
      return octets;
    }
  }

  private final Transcript inner;
  private final Map<String, Lines> open = new ConcurrentHashMap<>();

  private MaskedFields(Transcript inner) {
    this.inner = inner;
  }

  /** What that transcript may hear. */
  public static Transcript in(Transcript inner) {
    return inner.wanted() ? new MaskedFields(inner) : inner;
  }

  @Override
  public void event(Event event) {
    switch (event) {
      case Event.Opened opened -> {
        open.put(opened.connection(), new Lines());
        inner.event(opened);
      }
      case Event.Spoke(var at, var connection, var by, var octets, var cover) ->
          inner.event(new Event.Spoke(at, connection, by, masked(connection, by, octets), cover));
      case Event.Closed closed -> {
        open.remove(closed.connection());
        inner.event(closed);
      }
      default -> inner.event(event);
    }
  }

  /** How many connections it holds something of. */
  int speaking() {
    return open.size();
  }

  /** Whoever is cut while it speaks is heard of once more: then nobody knows in what line it is. */
  private byte[] masked(String connection, Event.Side by, byte[] octets) {
    Lines lines = open.get(connection);
    return lines == null ? MASK.clone() : lines.masked(by, octets);
  }
}
