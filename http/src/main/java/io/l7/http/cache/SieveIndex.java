package io.l7.http.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stored responses by key within a bound of bytes, evicted by SIEVE (Zhang et al., NSDI 2024): new
 * ones enter a queue at its head, a hand walks from the tail and drops the first that was not used
 * since it last came by. A use is one volatile write, without a lock; the hit rate is that of LRU
 * or better on the web's traces.
 *
 * @param <B> what stands for the content
 */
final class SieveIndex<B> {
  /** A stored response and its content. */
  static final class Node<B> {
    final B body;
    final Optional<ReadyAnswer.Place> ready = Optional.of(new ReadyAnswer.Place());
    volatile StoredResponse response;
    volatile boolean used;
    private volatile boolean alive = true;
    private long bytes;
    private @Nullable Node<B> newer;
    private @Nullable Node<B> older;

    Node(StoredResponse response, B body, long bytes) {
      this.response = response;
      this.body = body;
      this.bytes = bytes;
    }

    boolean isAlive() {
      return alive;
    }
  }

  private final long capacity;
  private final int variants;
  private final Consumer<Node<B>> dropped;
  private final ConcurrentHashMap<CacheKey, List<Node<B>>> byKey = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Node<B> head;
  private @Nullable Node<B> tail;
  private @Nullable Node<B> hand;
  private int count;

  /**
   * An empty index.
   *
   * @param capacity in bytes
   * @param variants under one key at most
   * @param dropped hears of each one that leaves, under the lock
   */
  SieveIndex(long capacity, int variants, Consumer<Node<B>> dropped) {
    this.capacity = capacity;
    this.variants = variants;
    this.dropped = dropped;
  }

  /** The responses under a key, the newest first. Does not count as use. */
  List<Node<B>> find(CacheKey key) {
    return byKey.getOrDefault(key, List.of());
  }

  /** Adds one in place of those it replaces, and evicts until all fit. */
  void add(Node<B> node) {
    lock.lock();
    try {
      if (node.bytes > capacity) {
        node.alive = false;
        dropped.accept(node);
        return;
      }
      var siblings = new ArrayList<Node<B>>();
      siblings.add(node);
      for (Node<B> sibling : find(node.response.key())) {
        if (node.response.replaces(sibling.response) || siblings.size() >= variants) {
          unlink(sibling);
        } else {
          siblings.add(sibling);
        }
      }
      byKey.put(node.response.key(), List.copyOf(siblings));
      link(node);
      while (bytes.get() > capacity) {
        evict();
      }
    } finally {
      lock.unlock();
    }
  }

  private void link(Node<B> node) {
    node.older = head;
    if (head != null) {
      head.newer = node;
    }
    head = node;
    if (tail == null) {
      tail = node;
    }
    count++;
    bytes.addAndGet(node.bytes);
  }

  private void evict() {
    Node<B> candidate = hand != null ? hand : tail;
    while (candidate != null && candidate.used) {
      candidate.used = false;
      candidate = candidate.newer != null ? candidate.newer : tail;
    }
    if (candidate == null) {
      return;
    }
    hand = candidate.newer;
    forget(candidate);
  }

  private void forget(Node<B> node) {
    List<Node<B>> siblings = find(node.response.key());
    List<Node<B>> rest = siblings.stream().filter(sibling -> sibling != node).toList();
    if (rest.isEmpty()) {
      byKey.remove(node.response.key());
    } else {
      byKey.put(node.response.key(), rest);
    }
    unlink(node);
  }

  private void unlink(Node<B> node) {
    if (!node.alive) {
      return;
    }
    node.alive = false;
    if (hand == node) {
      hand = node.newer;
    }
    if (node.newer != null) {
      node.newer.older = node.older;
    } else {
      head = node.older;
    }
    if (node.older != null) {
      node.older.newer = node.newer;
    } else {
      tail = node.newer;
    }
    count--;
    bytes.addAndGet(-node.bytes);
    dropped.accept(node);
  }

  /** Changes the description of the nodes that have this one; tells of each that was changed. */
  void update(StoredResponse old, StoredResponse renewed, Consumer<Node<B>> changed) {
    lock.lock();
    try {
      for (Node<B> node : find(old.key())) {
        if (node.response.equals(old)
            || node.response.replaces(old) && node.response.freshness().equals(old.freshness())) {
          resize(node, node.bytes + renewed.overhead() - node.response.overhead());
          node.response = renewed;
          changed.accept(node);
        }
      }
      while (bytes.get() > capacity) {
        evict();
      }
    } finally {
      lock.unlock();
    }
  }

  private void resize(Node<B> node, long now) {
    bytes.addAndGet(now - node.bytes);
    node.bytes = now;
  }

  int remove(CacheKey key) {
    lock.lock();
    try {
      List<Node<B>> nodes = find(key);
      byKey.remove(key);
      nodes.forEach(this::unlink);
      return nodes.size();
    } finally {
      lock.unlock();
    }
  }

  /** Walks over all; the lock is held only while something is removed. */
  int removeIf(Predicate<StoredResponse> condition) {
    int removed = 0;
    for (List<Node<B>> nodes : byKey.values()) {
      for (Node<B> node : nodes) {
        if (condition.test(node.response)) {
          removed += remove(node);
        }
      }
    }
    return removed;
  }

  /** Removes one; returns 1, or 0 where it was gone already. */
  int remove(Node<B> node) {
    lock.lock();
    try {
      if (!node.alive) {
        return 0;
      }
      forget(node);
      return 1;
    } finally {
      lock.unlock();
    }
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes.get();
  }
}
