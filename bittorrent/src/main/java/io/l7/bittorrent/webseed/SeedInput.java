package io.l7.bittorrent.webseed;

import io.l7.http.client.ClientException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Runs of the content from a web seed: one request a file each touches, made a little ahead, so
 * that the server is not idle while an answer and the next request are on their way; padding (BEP
 * 47) is zeros and never asked for. For one thread.
 */
public final class SeedInput implements AutoCloseable {
  private final WebSeedClient client;
  private final SeedUrl seed;

  /** What is not asked for yet, and what is, in the order of the content. */
  private final ArrayDeque<WebSeedClient.Part> parts = new ArrayDeque<>();

  private final ArrayDeque<Asked> asked = new ArrayDeque<>();
  private InputStream current = InputStream.nullInputStream();
  private long length;
  private long left;

  private record Asked(long length, CompletableFuture<InputStream> content) {}

  /** An input of nothing yet. */
  public SeedInput(WebSeedClient client, SeedUrl seed) {
    this.client = client;
    this.seed = seed;
  }

  /**
   * Goes on with {@code count} bytes from {@code position} of the content, which are asked for at
   * once where nothing else is.
   */
  public void add(long position, long count) {
    var files = seed.files();
    long end = position + count;
    for (int i = 0; i < files.size(); i++) {
      var file = files.get(i);
      long from = Math.max(position, file.offset());
      long to = Math.min(end, file.end());
      if (from < to) {
        parts.add(new WebSeedClient.Part(i, file, from - file.offset(), to - from));
      }
    }
    askAhead();
  }

  /** Small ones several at a time; a large one when half of what is before it has come. */
  private void askAhead() {
    long ahead = left + asked.stream().mapToLong(Asked::length).sum();
    while (!parts.isEmpty()) {
      long next = parts.peek().length();
      boolean isFew =
          asked.size() < client.limits().ahead() && ahead + next <= client.limits().firstRun();
      if (!isFew && !(asked.isEmpty() && left <= length / 2)) {
        return;
      }
      asked.add(ask(parts.remove()));
      ahead += next;
    }
  }

  private Asked ask(WebSeedClient.Part part) {
    if (part.file().isPadding()) {
      return new Asked(part.length(), CompletableFuture.completedFuture(new Zeros()));
    }
    var content = new CompletableFuture<InputStream>();
    Thread.ofVirtual()
        .name("web-seed-request")
        .start(
            () -> {
              try {
                content.complete(client.open(seed, part));
              } catch (WebSeedFault | RuntimeException e) {
                content.completeExceptionally(e);
              }
            });
    return new Asked(part.length(), content);
  }

  /**
   * Reads the next bytes.
   *
   * @throws WebSeedFault they do not come
   */
  public void read(byte[] target, int count) throws WebSeedFault {
    var patience = client.limits().silence();
    long begun = System.nanoTime();
    int at = 0;
    while (at < count) {
      if (left == 0) {
        next();
        begun = System.nanoTime();
      }
      try {
        int read = current.read(target, at, (int) Math.min(left, count - at));
        if (read < 0) {
          throw new WebSeedFault.Untrue("ends early");
        }
        at += read;
        left -= read;
        askAhead();
        if (at < count && System.nanoTime() - begun > patience.toNanos()) {
          throw new WebSeedFault.Unavailable(
              "gave only " + at + " bytes in " + patience.toSeconds() + " s", Optional.empty());
        }
      } catch (WebSeedFault e) {
        throw e;
      } catch (IOException e) {
        throw new WebSeedFault.Unavailable(ClientException.words(e), e);
      }
    }
  }

  private void next() throws WebSeedFault {
    drop(current);
    askAhead();
    var next = asked.remove();
    length = next.length();
    left = length;
    askAhead(); // while it is waited for
    current = awaited(next.content());
  }

  private static InputStream awaited(CompletableFuture<InputStream> content) throws WebSeedFault {
    try {
      return content.get();
    } catch (InterruptedException e) {
      var _ = content.thenAccept(SeedInput::drop);
      Thread.currentThread().interrupt();
      throw new WebSeedFault.Unavailable("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WebSeedFault fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Drops what was not read. */
  @Override
  public void close() {
    drop(current);
    for (var one : asked) {
      var _ = one.content().thenAccept(SeedInput::drop);
    }
  }

  private static void drop(InputStream content) {
    try {
      content.close();
    } catch (IOException _) {
      // nobody wants the rest
    }
  }

  /** Zeros without an end. */
  private static final class Zeros extends InputStream {
    @Override
    public int read() {
      return 0;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      Arrays.fill(target, offset, offset + length, (byte) 0);
      return length;
    }
  }
}
