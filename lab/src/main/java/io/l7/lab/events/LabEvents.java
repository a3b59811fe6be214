package io.l7.lab.events;

import io.l7.common.json.Json;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Everything worth showing, to everyone who looks. Those who come late get what stays true (the
 * world, the steps) and the last of the rest; those who are slow are left behind and have to come
 * again, never hold up the lab. Safe for all threads.
 */
public final class LabEvents {
  private static final int REMEMBERED = 500;
  private static final int QUEUED = 4_096;

  /** Chunks of a film that who comes late is shown: more than a screen is wide. */
  private static final int CHUNKS = 1_000;

  private final long start = System.nanoTime();
  private final Map<String, Json> standing = new LinkedHashMap<>();
  private final ArrayDeque<Json> remembered = new ArrayDeque<>();
  private final ArrayDeque<Json> played = new ArrayDeque<>();
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

  /** One who looks. */
  public final class Subscription implements AutoCloseable {
    private final BlockingQueue<Json> queue = new LinkedBlockingQueue<>(QUEUED);
    private volatile boolean behind;

    /** Whether it was too slow and has missed something: it had better begin anew. */
    public boolean isBehind() {
      return behind;
    }

    /** The next event, waiting for it. */
    public Json next() throws InterruptedException {
      return queue.take();
    }

    /**
     * The next event, if one comes in time and nobody {@linkplain #wake wakes}; otherwise JSON
     * null.
     */
    public Json next(java.time.Duration patience) throws InterruptedException {
      var event = queue.poll(patience.toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS);
      return event == null ? Json.Null.NULL : event;
    }

    /** Ends a wait for the next event without one. */
    public void wake() {
      queue.offer(Json.Null.NULL);
    }

    @Override
    public void close() {
      subscriptions.remove(this);
    }
  }

  /** Seconds since the lab began. */
  public double now() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Begins to look. */
  public synchronized Subscription subscribe() {
    var subscription = new Subscription();
    subscription.queue.addAll(standing.values());
    subscription.queue.addAll(played);
    subscription.queue.addAll(remembered);
    subscriptions.add(subscription);
    return subscription;
  }

  /** Tells an event of a type, with its other members. */
  public void publish(String type, Json.ObjectBuilder members) {
    var event = members.put("type", type).build();
    synchronized (this) {
      remember(type, event);
      subscriptions.removeIf(subscription -> isLeftBehind(subscription, event));
    }
  }

  private static boolean isLeftBehind(Subscription subscription, Json event) {
    subscription.behind = !subscription.queue.offer(event);
    return subscription.behind;
  }

  /**
   * What stays true is kept until something newer of its kind replaces it; of messages, the last.
   */
  private void remember(String type, Json event) {
    switch (type) {
      case "traffic", "forget" -> {}
      case "message" -> {
        remembered.addLast(event);
        if (remembered.size() > REMEMBERED) remembered.removeFirst();
      }
      case "step" -> standing.put(type + event.at("name").text(), event);
      case "host" -> standing.put(type + event.at("address").text(), event);
      case "player" -> {
        played.addLast(event);
        if (played.size() > CHUNKS) played.removeFirst();
      }
      default -> standing.put(type, event);
    }
  }

  /** Begins a picture of events of that type anew. */
  public void forget(String type) {
    synchronized (this) {
      standing.keySet().removeIf(key -> key.startsWith(type));
      if (type.equals("player")) played.clear();
    }
    publish("forget", Json.object().put("what", type));
  }

  /** A line of the message sequence that is on no wire: why something happens. */
  public void cause(String protocol, String text) {
    publish("message", Json.object().put("at", now()).put("protocol", protocol).put("text", text));
  }

  /** A message from one host to another. */
  public void message(String protocol, String from, String to, String text, String connection) {
    publish(
        "message",
        Json.object()
            .put("at", now())
            .put("protocol", protocol)
            .put("from", from)
            .put("to", to)
            .put("text", text)
            .put("connection", connection));
  }
}
