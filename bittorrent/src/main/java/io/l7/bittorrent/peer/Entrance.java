package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.Announcer;
import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.swarm.Decision;
import io.l7.bittorrent.wire.MetadataMessage;
import io.l7.bittorrent.wire.WireViolation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a torrent comes into its swarm: its disk is checked, where it is known what it is, and else
 * once peers have told its metadata. Safe for all threads.
 */
final class Entrance {
  private final TorrentSession torrent;
  private final PeerNode node;
  private final TorrentSpec spec;
  private final Object lock;
  private final Stage stage;
  private final Dispatch dispatch;
  private final Attendance attendance;
  private final Recruiter recruiter;
  private final Announcer announcer;
  private final MetadataTrade metadata;
  private final Consumer<Decision> log;
  private volatile Optional<InfoDictionary> info;
  private volatile @Nullable Swarming swarming;

  /** Of {@code torrent}, whose lock guards its stage. */
  Entrance(
      TorrentSession torrent,
      PeerNode node,
      TorrentSpec spec,
      Object lock,
      Stage stage,
      Dispatch dispatch,
      Attendance attendance,
      Recruiter recruiter,
      Announcer announcer,
      MetadataTrade metadata,
      Consumer<Decision> log) {
    this.torrent = torrent;
    this.node = node;
    this.spec = spec;
    this.lock = lock;
    this.stage = stage;
    this.dispatch = dispatch;
    this.attendance = attendance;
    this.recruiter = recruiter;
    this.announcer = announcer;
    this.metadata = metadata;
    this.log = log;
    this.info = spec.info();
  }

  /** What the torrent is, once that is known. */
  Optional<InfoDictionary> info() {
    return info;
  }

  /** What it has once its disk is checked. */
  Optional<Swarming> swarming() {
    return Optional.ofNullable(swarming);
  }

  /** Opens the content and joins the swarm, on a thread of its own. */
  void open() {
    Thread.ofVirtual().name("torrent-" + spec.infoHash()).start(this::begin);
  }

  private void begin() {
    try {
      if (info.isPresent()) {
        open(info.get());
      }
      if (!stage.isClosed()) {
        recruiter.learn(spec.peers());
        announcer.start();
      }
    } catch (IOException | RuntimeException e) {
      torrent.fail(e);
    }
  }

  private void open(InfoDictionary info) throws IOException {
    var opened = new Opening(torrent, node, spec).of(info, dispatch::add, log);
    synchronized (lock) {
      if (stage.isClosed()) { // while the disk was being checked
        opened.discard();
        return;
      }
      swarming = opened;
      dispatch.all();
      boolean complete = opened.brain().complete();
      if (complete) {
        announcer.alreadyComplete();
      }
      stage.enter(complete ? new TorrentState.Seeding() : new TorrentState.Downloading());
    }
    if (spec.access() == ContentStore.Access.READ_WRITE) {
      torrent.webSeeds().start(info);
    }
    spec.onMetadata().accept(info);
  }

  /** A message of metadata exchange has come (BEP 9). */
  void heard(PeerConnection peer, MetadataMessage message) throws WireViolation {
    metadata
        .heard(peer, message, swarming().map(s -> s.content().info()), System.nanoTime())
        .ifPresent(raw -> Thread.ofVirtual().start(() -> fetched(raw)));
  }

  /** The metadata is known: begin anew with the same peers. */
  private void fetched(byte[] raw) {
    List<PeerConnection> old;
    synchronized (lock) {
      if (stage.isClosed()) {
        return;
      }
      stage.enter(new TorrentState.Checking());
      old = attendance.all();
    }
    old.forEach(PeerConnection::close);
    try {
      var fetched = InfoDictionary.parse(raw);
      info = Optional.of(fetched);
      open(fetched);
      old.forEach(c -> c.listening().ifPresent(recruiter::retry));
      recruiter.dial();
    } catch (IOException | RuntimeException e) {
      torrent.fail(e);
    }
  }
}
