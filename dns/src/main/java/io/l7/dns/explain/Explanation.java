package io.l7.dns.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A trace that keeps everything as a tree. Thread-safe: background work may still write while
 * another thread prints.
 */
public final class Explanation implements Trace {
  /**
   * Nodes kept at most; beyond it steps are counted, not kept. A question costs some hundred at its
   * worst budgets.
   */
  private static final int MOST_NODES = 20_000;

  private final Reason reason;
  private final String text;
  private final long atMillis;
  private final Shared shared;
  private final List<Explanation> parts = new ArrayList<>();

  private static final class Shared {
    final LongSupplier clock;
    int nodes;

    Shared(LongSupplier clock) {
      this.clock = clock;
    }
  }

  private Explanation(Reason reason, String text, long atMillis, Shared shared) {
    this.reason = reason;
    this.text = text;
    this.atMillis = atMillis;
    this.shared = shared;
  }

  /**
   * A new tree.
   *
   * @param clock milliseconds of the engine's clock
   */
  public static Explanation start(String title, LongSupplier clock) {
    return new Explanation(Reason.QUESTION, title, clock.getAsLong(), new Shared(clock));
  }

  @Override
  public Trace enter(Reason kind, Supplier<String> what) {
    synchronized (shared) {
      if (shared.nodes >= MOST_NODES) {
        return Trace.NONE;
      }
      shared.nodes++;
      var part = new Explanation(kind, what.get(), shared.clock.getAsLong(), shared);
      parts.add(part);
      return part;
    }
  }

  @Override
  public void note(Reason kind, Supplier<String> what) {
    enter(kind, what);
  }

  public Reason reason() {
    return reason;
  }

  public String text() {
    return text;
  }

  /** Milliseconds of the engine's clock. */
  public long atMillis() {
    return atMillis;
  }

  public List<Explanation> parts() {
    synchronized (shared) {
      return List.copyOf(parts);
    }
  }

  /** Visits this node and all below, parents first. */
  public void forEach(Consumer<Explanation> visitor) {
    visitor.accept(this);
    parts().forEach(part -> part.forEach(visitor));
  }

  /** The tree as indented lines with milliseconds since its start. */
  public String toText() {
    var lines = new StringBuilder();
    print(lines, "", "", atMillis);
    return lines.toString();
  }

  private void print(StringBuilder lines, String head, String indent, long start) {
    lines
        .append(head)
        .append(String.format(Locale.ROOT, "[%d ms] ", atMillis - start))
        .append(reason.name().toLowerCase(Locale.ROOT));
    lines.append(": ").append(text).append('\n');
    List<Explanation> below = parts();
    for (int i = 0; i < below.size(); i++) {
      boolean last = i == below.size() - 1;
      below
          .get(i)
          .print(lines, indent + (last ? "└─ " : "├─ "), indent + (last ? "   " : "│  "), start);
    }
  }
}
