package io.l7.http.cache;

import io.l7.http.message.Body;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Responses in memory, within a bound of bytes. */
public final class MemoryStore implements CacheStore {
  private static final int CHUNK = 64 * 1024;

  /** The first one of content of unknown length, which as a rule is short. */
  private static final int SMALLEST_CHUNK = 2 * 1024;

  private final CacheLimits limits;
  private final long capacity;
  private final SieveIndex<byte[]> index;

  /** Bytes that writers have collected and not yet committed or given up. */
  private final AtomicLong collecting = new AtomicLong();

  /**
   * An empty store.
   *
   * @param capacity in bytes, for content, fields and bookkeeping; and once more for what is being
   *     collected
   */
  public MemoryStore(long capacity, CacheLimits limits) {
    this.capacity = capacity;
    this.limits = limits;
    this.index = new SieveIndex<>(capacity, limits.variants(), _ -> {});
  }

  @Override
  public List<Entry> find(CacheKey key) {
    List<SieveIndex.Node<byte[]>> nodes = index.find(key);
    return switch (nodes.size()) {
      case 0 -> List.of();
      case 1 -> List.of(new Held(nodes.getFirst()));
      default -> nodes.stream().<Entry>map(Held::new).toList();
    };
  }

  @Override
  public Optional<Writer> begin(CacheKey key, OptionalLong length) {
    return length.orElse(0) > Math.min(most(), capacity - collecting.get())
        ? Optional.empty()
        : Optional.of(new Collecting((int) length.orElse(-1)));
  }

  private long most() {
    return Math.min(limits.memoryObjectSize(), capacity);
  }

  /** Keeps a response whose content is at hand. */
  void put(StoredResponse response, byte[] content) {
    index.add(new SieveIndex.Node<>(response, content, content.length + response.overhead()));
  }

  @Override
  public void update(StoredResponse old, StoredResponse renewed) {
    index.update(old, renewed, _ -> {});
  }

  @Override
  public int removeIf(Predicate<StoredResponse> condition) {
    return index.removeIf(condition);
  }

  @Override
  public int remove(CacheKey key) {
    return index.remove(key);
  }

  @Override
  public int count() {
    return index.count();
  }

  @Override
  public long bytes() {
    return index.bytes();
  }

  @Override
  public void close() {}

  private record Held(SieveIndex.Node<byte[]> node) implements Entry {
    @Override
    public StoredResponse response() {
      return node.response;
    }

    @Override
    public void used() {
      node.used = true;
    }

    @Override
    public Optional<ReadyAnswer.Place> ready() {
      return node.ready;
    }

    @Override
    public Body open(long from, long length) {
      node.used = true;
      Objects.checkFromIndexSize(from, length, (long) node.body.length);
      return length == 0 ? Body.empty() : new Body.Bytes(node.body, (int) from, (int) length);
    }
  }

  /** Collects chunks; memory is taken as content comes, not as it is promised. */
  private final class Collecting implements Writer {
    private final List<byte[]> chunks = new ArrayList<>();
    private final int expected;
    private byte[] last = new byte[0];
    private int filled;
    private long length;
    private long taken;

    Collecting(int expected) {
      this.expected = expected;
    }

    @Override
    public boolean write(byte[] source, int offset, int count) {
      taken += count;
      if (collecting.addAndGet(count) > capacity || length + count > most()) {
        abort();
        return false;
      }
      int done = 0;
      while (done < count) {
        if (filled == last.length) {
          int size =
              chunks.isEmpty() && expected >= 0 && expected <= CHUNK
                  ? Math.max(expected, 1)
                  : chunks.isEmpty() ? Math.clamp(count, SMALLEST_CHUNK, CHUNK) : CHUNK;
          last = new byte[size];
          chunks.add(last);
          filled = 0;
        }
        int part = Math.min(count - done, last.length - filled);
        System.arraycopy(source, offset + done, last, filled, part);
        filled += part;
        done += part;
      }
      length += count;
      return true;
    }

    @Override
    public int read(long position, byte[] target, int offset, int count) throws IOException {
      throw new IOException("not kept for reading");
    }

    @Override
    public boolean isReadable() {
      return false;
    }

    @Override
    public void commit(StoredResponse response) {
      byte[] content;
      if (chunks.size() == 1 && last.length == length) {
        content = last;
      } else {
        content = new byte[(int) length];
        int at = 0;
        for (byte[] chunk : chunks) {
          int part = Math.min(chunk.length, content.length - at);
          System.arraycopy(chunk, 0, content, at, part);
          at += part;
        }
      }
      release();
      put(response.withLength(length), content);
    }

    private void release() {
      collecting.addAndGet(-taken);
      taken = 0;
    }

    @Override
    public void abort() {
      release();
      chunks.clear();
    }
  }
}
