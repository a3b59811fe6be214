package io.l7.bittorrent.peer;

import io.l7.bittorrent.storage.ContentMissing;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.wire.MessageWriter;
import io.l7.common.net.Connection;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * Sends blocks to one peer: by the kernel from the file ({@code sendfile}), or read and written in
 * runs of many blocks. One thread.
 */
final class BlockSender {
  private final TorrentSession torrent;
  private final Connection connection;
  private final Way way;
  private byte[] run = new byte[0];

  /** How blocks leave. */
  enum Way {
    /** Straight from the page cache, a block at a time. */
    SENDFILE,
    /** Through a buffer, many blocks in one write. */
    COPY;

    /**
     * The way that costs least: the kernel's, except over loopback, where the receiver shares our
     * cores and takes the kernel's pages at more cost than the sender saves.
     */
    static Way to(Connection connection) {
      boolean plain = connection.tls().isEmpty();
      return plain && !connection.peer().getAddress().isLoopbackAddress() ? SENDFILE : COPY;
    }
  }

  BlockSender(TorrentSession torrent, Connection connection, Way way) {
    this.torrent = torrent;
    this.connection = connection;
    this.way = way;
  }

  /** Sends them; false when they are not there any more, which the torrent then knows. */
  boolean send(List<Block> blocks) throws IOException {
    return switch (way) {
      case SENDFILE -> byTheKernel(blocks);
      case COPY -> byCopy(blocks);
    };
  }

  private boolean byCopy(List<Block> blocks) throws IOException {
    int bytes = blocks.stream().mapToInt(b -> MessageWriter.PIECE_HEADER + b.length()).sum();
    if (run.length < bytes) {
      run = new byte[bytes];
    }
    var swarm = torrent.swarming();
    if (swarm.isEmpty()) {
      return false;
    }
    try {
      torrent
          .diskPool()
          .call(
              () -> {
                swarm.get().read(blocks, run);
                return true;
              });
    } catch (ContentMissing e) {
      torrent.missing(blocks, e);
      return false;
    }
    connection.out().write(run, 0, bytes);
    return true;
  }

  private boolean byTheKernel(List<Block> blocks) throws IOException {
    var swarm = torrent.swarming();
    if (swarm.isEmpty()) {
      return false;
    }
    for (var block : blocks) {
      try {
        swarm.get().show(block, new ToPeer(block));
      } catch (ContentMissing e) {
        torrent.missing(List.of(block), e);
        return false;
      }
    }
    return true;
  }

  /** Writes the header once the first part of the block is known to be there. */
  private final class ToPeer implements ContentStore.Regions {
    private final Block block;
    private int sent;

    ToPeer(Block block) {
      this.block = block;
    }

    private void begin(int count) throws IOException {
      if (sent == 0) {
        var header = new byte[MessageWriter.PIECE_HEADER];
        MessageWriter.pieceHeader(block, header, 0);
        connection.out().write(header);
      }
      sent += count;
    }

    @Override
    public void file(FileChannel file, long from, int count) throws IOException {
      begin(count);
      if (connection.transfer(file, from, count) < count) {
        throw new IOException("a file became shorter while it was sent");
      }
    }

    @Override
    public void zeros(int count) throws IOException {
      begin(count);
      connection.out().write(new byte[count]);
    }
  }
}
