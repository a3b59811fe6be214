package io.l7.http.cache;

import io.l7.http.message.Body;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Memory in front of a disk: everything goes to the disk, what is small and wanted also to memory.
 */
public final class TieredStore implements CacheStore {
  private final MemoryStore memory;
  private final CacheStore disk;
  private final CacheLimits limits;

  public TieredStore(MemoryStore memory, CacheStore disk, CacheLimits limits) {
    this.memory = memory;
    this.disk = disk;
    this.limits = limits;
  }

  @Override
  public List<Entry> find(CacheKey key) {
    List<Entry> near = memory.find(key);
    List<Entry> far = disk.find(key);
    if (far.isEmpty()) {
      return near;
    }
    // The disk knows all variants; memory serves those it has.
    return far.stream().map(entry -> nearest(entry, near)).toList();
  }

  private Entry nearest(Entry far, List<Entry> near) {
    for (Entry entry : near) {
      if (entry.response().equals(far.response())) {
        return entry;
      }
    }
    return new Promoting(far);
  }

  /** An entry of the disk that moves into memory when it is used whole. */
  private final class Promoting implements Entry {
    private final Entry far;

    Promoting(Entry far) {
      this.far = far;
    }

    @Override
    public StoredResponse response() {
      return far.response();
    }

    @Override
    public Body open(long from, long length) throws IOException {
      StoredResponse response = far.response();
      if (response.length() > limits.memoryObjectSize()
          || from != 0
          || length != response.length()) {
        return far.open(from, length);
      }
      try (Body body = far.open(0, length)) {
        byte[] content = body.bytes((int) length);
        memory.put(response, content);
        return Body.of(content);
      }
    }
  }

  @Override
  public Optional<Writer> begin(CacheKey key, OptionalLong length) {
    Optional<Writer> far = disk.begin(key, length);
    Optional<Writer> near = memory.begin(key, length);
    if (far.isEmpty()) {
      return near; // the disk is full or failed: memory goes on
    }
    return near.isEmpty() ? far : Optional.of(new Both(near.get(), far.get()));
  }

  @Override
  public void update(StoredResponse old, StoredResponse renewed) {
    memory.update(old, renewed);
    disk.update(old, renewed);
  }

  @Override
  public int removeIf(Predicate<StoredResponse> condition) {
    return Math.max(memory.removeIf(condition), disk.removeIf(condition));
  }

  @Override
  public int remove(CacheKey key) {
    return Math.max(memory.remove(key), disk.remove(key));
  }

  @Override
  public int count() {
    return Math.max(memory.count(), disk.count());
  }

  @Override
  public long bytes() {
    return disk.bytes();
  }

  @Override
  public void close() {
    memory.close();
    disk.close();
  }

  /** Writes to both; one may give up without the other. */
  private static final class Both implements Writer {
    private final Writer near;
    private final Writer far;
    private boolean nearGoes = true;
    private boolean farGoes = true;

    Both(Writer near, Writer far) {
      this.near = near;
      this.far = far;
    }

    @Override
    public boolean write(byte[] source, int offset, int length) {
      nearGoes = nearGoes && near.write(source, offset, length);
      farGoes = farGoes && far.write(source, offset, length);
      return nearGoes || farGoes;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
      return far.read(position, target, offset, length);
    }

    @Override
    public boolean isReadable() {
      return far.isReadable();
    }

    @Override
    public void commit(StoredResponse response) {
      if (nearGoes) {
        near.commit(response);
      }
      if (farGoes) {
        far.commit(response);
      }
    }

    @Override
    public void abort() {
      near.abort();
      far.abort();
    }

    @Override
    public void close() {
      near.close();
      far.close();
    }
  }
}
