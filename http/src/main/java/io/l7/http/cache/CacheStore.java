package io.l7.http.cache;

import io.l7.http.message.Body;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Where responses are kept: a port, so that a store shared by machines can stand behind the same
 * cache. Safe for all threads. A store may forget anything at any time; it never returns a part of
 * what was committed for the whole.
 */
public interface CacheStore extends AutoCloseable {
  /** Stored responses for a key, the newest first. */
  List<Entry> find(CacheKey key);

  /**
   * Begins to take in content.
   *
   * @param length of it, where it is known
   * @return none where it would not fit, or the store cannot write now
   */
  Optional<Writer> begin(CacheKey key, OptionalLong length);

  /**
   * Puts new fields in place of those of a stored response; its content stays. Does nothing where
   * it is gone.
   */
  void update(StoredResponse old, StoredResponse renewed);

  /** Forgets all responses whose description fulfils the condition; returns how many. */
  int removeIf(Predicate<StoredResponse> condition);

  /** Forgets everything under a key; returns how many responses that were. */
  int remove(CacheKey key);

  /** How many responses are kept. */
  int count();

  /** Bytes they take. */
  long bytes();

  @Override
  void close();

  /** One stored response. */
  interface Entry {
    StoredResponse response();

    /** Counts as a use, for eviction. */
    default void used() {}

    /**
     * Where a ready answer may be kept as long as the entry lives; none where entries do not live
     * in memory.
     */
    default Optional<ReadyAnswer.Place> ready() {
      return Optional.empty();
    }

    /** A part of its content. Throws where it is gone or damaged. */
    Body open(long from, long length) throws IOException;
  }

  /** Takes in the content of one response. */
  interface Writer {
    /**
     * Adds to the content; false where there is no room: then nothing is kept, and no more may be
     * written.
     */
    boolean write(byte[] source, int offset, int length);

    /**
     * Reads what was written, while more is written; for content that memory does not hold. Returns
     * at least one byte.
     */
    int read(long position, byte[] target, int offset, int length) throws IOException;

    /** Whether {@link #read} can give back what was written, until {@link #close}. */
    boolean isReadable();

    /** Keeps the response with the content written. */
    void commit(StoredResponse response);

    /** Keeps nothing of it. */
    void abort();

    /** Says, after commit or abort, that nothing more will be read. */
    default void close() {}
  }
}
