package io.l7.bittorrent.webseed;

import io.l7.bittorrent.metainfo.TorrentFile;
import io.l7.http.client.ClientException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A run of the content from a web seed: one request a file it touches, each made when the run gets
 * there; padding (BEP 47) is zeros and never asked for. For one thread.
 */
public final class SeedInput implements AutoCloseable {
  private final WebSeedClient client;
  private final SeedUrl seed;
  private final ArrayDeque<WebSeedClient.Part> parts = new ArrayDeque<>();
  private InputStream current = InputStream.nullInputStream();
  private long left;

  /** The run of {@code length} bytes from {@code position} of the content. */
  public SeedInput(WebSeedClient client, SeedUrl seed, long position, long length) {
    this.client = client;
    this.seed = seed;
    parts(seed.files(), position, position + length);
  }

  private void parts(List<TorrentFile> files, long start, long end) {
    for (int i = 0; i < files.size(); i++) {
      var file = files.get(i);
      long from = Math.max(start, file.offset());
      long to = Math.min(end, file.end());
      if (from < to) {
        parts.add(new WebSeedClient.Part(i, file, from - file.offset(), to - from));
      }
    }
  }

  /**
   * Reads the next bytes.
   *
   * @throws WebSeedFault they do not come
   */
  public void read(byte[] target, int length) throws WebSeedFault {
    var patience = client.limits().silence();
    long begun = System.nanoTime();
    int at = 0;
    while (at < length) {
      if (left == 0) {
        next();
        begun = System.nanoTime();
      }
      try {
        int count = current.read(target, at, (int) Math.min(left, length - at));
        if (count < 0) {
          throw new WebSeedFault.Untrue("ends early");
        }
        at += count;
        left -= count;
        if (at < length && System.nanoTime() - begun > patience.toNanos()) {
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
    close();
    var part = parts.remove();
    current = part.file().isPadding() ? new Zeros() : client.open(seed, part);
    left = part.length();
  }

  /** Drops what was not read. */
  @Override
  public void close() {
    try {
      current.close();
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
