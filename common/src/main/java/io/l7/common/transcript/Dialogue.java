package io.l7.common.transcript;

import io.l7.common.units.AddressText;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A dialogue as a textbook prints it: {@code S: 220 hamburger.edu}, {@code C: HELO crepes.fr},
 * {@code S~} and {@code C~} under TLS. Octets that are no text are counted, not shown. Safe for all
 * threads; lines of one connection come in order.
 */
public final class Dialogue implements Transcript {
  /** Characters shown of one line. */
  private static final int WIDTH = 500;

  /** Connections that are known to have ended: what is late is late by moments. */
  private static final int ENDED = 1000;

  private final Consumer<String> lines;
  private final Naming naming;
  private final Map<String, Open> open = new HashMap<>();
  private final LinkedHashSet<String> ended = new LinkedHashSet<>();

  /** Whether lines begin with the connection's name. */
  public enum Naming {
    /** For one connection at a time. */
    BARE,
    /** For a server's many. */
    NAMED
  }

  private static final class Open {
    final StringBuilder text = new StringBuilder();
    Event.@Nullable Spoke last;
    long binary;
  }

  /** A dialogue whose lines, without line ends, go to {@code lines}. */
  public Dialogue(Consumer<String> lines, Naming naming) {
    this.lines = lines;
    this.naming = naming;
  }

  @Override
  public synchronized void event(Event event) {
    if (event instanceof Event.Opened) ended.remove(event.connection());
    if (ended.contains(event.connection())) {
      // One that was cut while it spoke is heard of once more: that is printed and forgotten.
      var late = new Open();
      told(late, event);
      flush(late);
    } else {
      told(open.computeIfAbsent(event.connection(), name -> new Open()), event);
    }
  }

  /** How many connections it holds something of. */
  synchronized int speaking() {
    return open.size();
  }

  private void told(Open state, Event event) {
    switch (event) {
      case Event.Spoke spoke -> spoke(state, spoke);
      case Event.Opened opened -> print(state, event, "=== " + AddressText.of(opened.there()));
      case Event.Secured secured ->
          print(state, event, "=== " + secured.protocol() + " " + secured.cipherSuite());
      case Event.Note note -> print(state, event, "=== " + note.text());
      case Event.Closed closed -> {
        print(state, event, "=== closed");
        open.remove(event.connection());
        ended.add(event.connection());
        if (ended.size() > ENDED) ended.removeFirst();
      }
    }
  }

  private void spoke(Open state, Event.Spoke spoke) {
    if (state.last != null
        && (state.last.by() != spoke.by() || state.last.cover() != spoke.cover())) flush(state);
    state.last = spoke;
    if (!isText(spoke.octets())) {
      if (!state.text.isEmpty()) endLine(state);
      state.binary += spoke.octets().length;
      return;
    }
    endBinary(state);
    var text = new String(spoke.octets(), StandardCharsets.UTF_8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean ends = c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) == '\n');
      if (c == '\n') endLine(state);
      else if (!ends && state.text.length() <= WIDTH) // one of megabytes is shown by its beginning
      append(state.text, c);
    }
  }

  private static void append(StringBuilder line, char c) {
    if (!Character.isISOControl(c) || c == '\t') line.append(c);
    else line.append(String.format("\\x%02x", (int) c));
  }

  private static boolean isText(byte[] octets) {
    int odd = 0;
    for (byte octet : octets)
      if (octet < ' ' && octet >= 0 && octet != '\n' && octet != '\r' && octet != '\t') odd++;
    return odd * 20 <= octets.length;
  }

  private void endLine(Open state) {
    if (state.last == null) return;
    if (state.text.isEmpty() && state.binary > 0) return;
    var text =
        state.text.length() > WIDTH ? state.text.substring(0, WIDTH) + "…" : state.text.toString();
    state.text.setLength(0);
    line(state.last, mark(state.last) + text);
  }

  private void endBinary(Open state) {
    if (state.binary == 0 || state.last == null) return;
    line(state.last, mark(state.last) + "[" + state.binary + " octets]");
    state.binary = 0;
  }

  private void flush(Open state) {
    if (!state.text.isEmpty()) endLine(state);
    endBinary(state);
  }

  private void print(Open state, Event event, String text) {
    flush(state);
    line(event, text);
  }

  private void line(Event event, String text) {
    lines.accept(naming == Naming.NAMED ? event.connection() + " " + text : text);
  }

  private static String mark(Event.Spoke spoke) {
    char side = spoke.by() == Event.Side.SERVER ? 'S' : 'C';
    return side + (spoke.cover() == Event.Cover.TLS ? "~ " : ": ");
  }
}
