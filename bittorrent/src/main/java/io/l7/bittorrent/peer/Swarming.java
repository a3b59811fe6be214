package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.storage.PieceStore;
import io.l7.bittorrent.storage.ResumeRecord;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PieceLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** What a torrent has once its metadata is known and its disk is checked. */
record Swarming(
    TorrentContent content,
    PieceStore pieces,
    PeerBrain brain,
    PieceLayout layout,
    Checkpointer checkpointer,
    SwarmView view) {

  /** Reads blocks one behind the other, with one call where they are so in a file. Blocking. */
  void read(List<Block> blocks, ByteBuffer target) throws IOException {
    for (int i = 0; i < blocks.size(); ) {
      long from = position(blocks.get(i));
      int length = 0;
      do {
        length += blocks.get(i++).length();
      } while (i < blocks.size() && position(blocks.get(i)) == from + length);
      content.store().read(from, target.slice(target.position(), length));
      target.position(target.position() + length);
    }
  }

  /** Shows where a block lies, so that the kernel can send it. */
  void show(Block block, ContentStore.Regions regions) throws IOException {
    content.store().show(position(block), block.length(), regions);
  }

  private long position(Block block) {
    return layout.offsetOf(block.piece()) + block.offset();
  }

  /** Bytes of the pieces that are not verified. Called with the torrent's lock held. */
  long left() {
    var have = brain.have();
    long left = 0;
    for (int p = have.nextClear(0); p >= 0; p = have.nextClear(p + 1)) {
      left += layout.lengthOf(p);
    }
    return left;
  }

  /** Claims what is on disk and closes it. */
  void close() throws IOException {
    pieces.close();
    checkpointer.save(ResumeRecord.Ending.CLOSED);
    content.close();
  }

  /** Closes what was never used. */
  void discard() throws IOException {
    pieces.close();
    content.close();
  }

  /** Whether the metadata says that peers come from the trackers alone (BEP 27). */
  boolean isPrivate() {
    return content.info().isPrivate();
  }
}
