package io.l7.lab.swarm;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.lab.core.World;
import io.l7.lab.world.LabHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * The peers of one file: a seed from the start, others as they join. While it lives it shows itself
 * on the lab's events four times a second. Safe for all threads.
 */
public final class Swarm implements AutoCloseable {
  private static final int PORT = 6881;
  private static final Duration SHOWN_EVERY = Duration.ofMillis(250);

  private final World world;
  private final Metainfo metainfo;
  private final LabHost seed;
  private final List<Member> members = new CopyOnWriteArrayList<>();
  private final Thread shown;
  private volatile boolean closed;

  /**
   * Starts with {@code seed} alone.
   *
   * @param content the folder that has the whole file already
   */
  public Swarm(World world, Metainfo metainfo, LabHost seed, Path content) throws IOException {
    this.world = world;
    this.metainfo = metainfo;
    this.seed = seed;
    add(seed, TorrentSpec.of(metainfo, content).readOnly());
    this.shown = Thread.ofVirtual().name("lab-swarm").start(this::keepShowing);
  }

  /** Adds a peer that has nothing yet and saves below {@code folder}. */
  public Member join(LabHost host, Path folder) throws IOException {
    Files.createDirectories(folder);
    var seedAddress = new InetSocketAddress(seed.address(), PORT);
    return add(host, TorrentSpec.of(metainfo, folder).peers(List.of(seedAddress)));
  }

  private Member add(LabHost host, TorrentSpec spec) throws IOException {
    var builder =
        Peer.builder().network(host.network()).names(world.hostResolver()).listen(host.at(PORT));
    // It is told its line, as its owner would: a seed that knows of a limit sends no piece twice
    // before each is out once, and what waits for the line waits where it can still be cancelled.
    long uplink = world.links().up(host.address()).impairment().octetsPerSecond();
    if (uplink > 0) builder.upRate(uplink);
    var peer = builder.start();
    Torrent torrent;
    try {
      torrent = peer.add(spec);
    } catch (RuntimeException e) {
      peer.close();
      throw e;
    }
    var member = new Member(host, peer, torrent);
    members.add(member);
    return member;
  }

  /** The members that joined after the seed, in their order. */
  public List<Member> leechers() {
    return members.subList(1, members.size());
  }

  private void keepShowing() {
    while (!closed) {
      show();
      LockSupport.parkNanos(SHOWN_EVERY.toNanos());
    }
  }

  /** Shows how it stands now. */
  public void show() {
    world.events().publish("swarm", SwarmPicture.of(members, world.hosts()));
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(shown);
    members.forEach(Member::close);
  }
}
