package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.Announcer;
import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.MetainfoLimits;
import io.l7.bittorrent.metainfo.TorrentFile;
import io.l7.bittorrent.pick.Receipt;
import io.l7.bittorrent.storage.BlockBuffers;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.Decision;
import io.l7.bittorrent.swarm.DecisionLog;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.wire.MetadataMessage;
import io.l7.bittorrent.wire.PexMessage;
import io.l7.bittorrent.wire.WireViolation;
import io.l7.common.disk.DiskPool;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One torrent: drives its brain with what happens on the connections and on disk, and carries out
 * what the brain wants. One lock guards the brain and the roster; nothing blocks while it is held.
 */
public final class TorrentSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TorrentSession.class);
  private static final int DECISIONS_PER_PEER = 200;

  private final PeerNode node;
  private final TorrentSpec spec;
  private final InfoHash infoHash;
  private final Object lock = new Object();
  private final Recruiter recruiter;
  private final Attendance attendance;
  private final DecisionLog decisions;
  private final Announcer announcer;
  private final Traffic traffic = new Traffic();
  private final Stage stage;
  private final Pace upPace;
  private final Pace downPace;
  private final MetadataTrade metadata;
  private final Door door;
  private final Upkeep upkeep;
  private final DiskTrouble trouble;
  private final Dispatch dispatch;
  private final DhtSource dht;
  private final WebSeeds webSeeds;
  private final Readers readers = new Readers(this);
  private final Entrance entrance;

  TorrentSession(PeerNode node, TorrentSpec spec) {
    this.node = node;
    this.spec = spec;
    this.infoHash = spec.infoHash();
    this.recruiter = new Recruiter(this, node);
    this.attendance = new Attendance(node);
    this.decisions = new DecisionLog(DECISIONS_PER_PEER, node.limits().perTorrent());
    this.upPace = Pace.of(spec.upRate()).and(node.upPace());
    this.downPace = Pace.of(spec.downRate()).and(node.downPace());
    this.announcer = node.announcer(spec.trackers(), new TrackerPort(this, node, recruiter));
    this.stage =
        new Stage(
            spec.info().isPresent()
                ? new TorrentState.Checking()
                : new TorrentState.FetchingMetadata());
    this.metadata = new MetadataTrade(infoHash, spec.info(), MetainfoLimits.DEFAULT);
    this.door = new Door(this, node, lock, attendance, recruiter);
    this.webSeeds = new WebSeeds(this, node.webSeeds(), spec.webSeeds());
    this.dispatch = new Dispatch(this, attendance, recruiter, announcer, stage);
    this.trouble = new DiskTrouble(this, lock, stage, dispatch, spec.access());
    this.dht = new DhtSource(this, node, recruiter);
    this.upkeep = new Upkeep(this, lock, attendance, recruiter, announcer);
    this.entrance =
        new Entrance(
            this,
            node,
            spec,
            lock,
            stage,
            dispatch,
            attendance,
            recruiter,
            announcer,
            metadata,
            this::decided);
  }

  /** Opens the content and joins the swarm, on a thread of its own. */
  void start() {
    node.addresses().forEach(recruiter::own);
    openAnew();
  }

  void openAnew() {
    entrance.open();
  }

  /** Which pieces are verified, as it stands; of no pieces until the metadata is there. */
  public Bitfield verified() {
    synchronized (lock) {
      return swarming().map(swarm -> swarm.brain().have()).orElse(Bitfield.empty(0));
    }
  }

  void fail(Exception e) {
    if (!stage.isClosed()) {
      LOG.warn("torrent {}: {}", infoHash, e.toString());
      stage.enter(TorrentState.Failed.of(e));
    }
  }

  private void decided(Decision decision) {
    decisions.accept(decision);
    spec.onDecision().accept(decision);
  }

  // --- what connections use

  InfoHash infoHash() {
    return infoHash;
  }

  Optional<Swarming> swarming() {
    return entrance.swarming();
  }

  /** Whether new connections are of use now. */
  boolean wantsPeers() {
    return !(stage.isClosed() || state() instanceof TorrentState.Checking);
  }

  TorrentState state() {
    return stage.state();
  }

  /** Waits while the disk is being checked; whether that ended in time. */
  boolean awaitChecked(Duration limit) throws InterruptedIOException {
    return stage.awaitChecked(limit);
  }

  /** Where peers come in. */
  Door door() {
    return door;
  }

  /** Where content comes from besides. */
  WebSeeds webSeeds() {
    return webSeeds;
  }

  /** Who reads the content while it is fetched. */
  public Readers readers() {
    return readers;
  }

  /** What goes wrong on disk. */
  DiskTrouble trouble() {
    return trouble;
  }

  /** Its place in the DHT. */
  DhtSource dht() {
    return dht;
  }

  /** Whether peers may come from elsewhere than the trackers (BEP 27). */
  enum Privacy {
    PUBLIC,
    PRIVATE,
    /** The metadata is not there yet. */
    UNKNOWN
  }

  Privacy privacy() {
    return entrance
        .info()
        .map(i -> i.isPrivate() ? Privacy.PRIVATE : Privacy.PUBLIC)
        .orElse(Privacy.UNKNOWN);
  }

  Optional<PieceLayout> layout() {
    return swarming().map(Swarming::layout);
  }

  BlockBuffers buffers() {
    return node.buffers();
  }

  PeerCounters counters() {
    return node.counters();
  }

  PeerLimits limits() {
    return node.limits();
  }

  Pace upPace() {
    return upPace;
  }

  Pace downPace() {
    return downPace;
  }

  /** Tells the brain something and does what it wants. */
  void tell(Consumer<PeerBrain> event) {
    var now = swarming();
    if (now.isPresent()) {
      synchronized (lock) {
        event.accept(now.get().brain());
        dispatch.all();
      }
    }
  }

  /** A block has come; a wanted one is stored and its buffer kept. */
  Receipt block(PeerKey key, Block block, byte[] data) {
    var swarm = swarming();
    if (swarm.isEmpty()) {
      return new Receipt.Unrequested();
    }
    node.counters().received().add(block.length());
    synchronized (lock) {
      if (stage.isClosed()) { // nobody would write it, nor give its buffer back
        return new Receipt.Unrequested();
      }
      long now = System.nanoTime();
      var receipt = swarm.get().brain().block(key, block, now);
      if (receipt instanceof Receipt.Wanted) {
        traffic.received(block.length(), now);
        swarm.get().pieces().add(block, data);
      } else {
        traffic.wasted(block.length());
      }
      dispatch.all();
      return receipt;
    }
  }

  DiskPool diskPool() {
    return node.diskPool();
  }

  void served(PeerKey key, int bytes) {
    node.counters().sent().add(bytes);
    long now = System.nanoTime();
    tell(
        brain -> {
          traffic.sent(bytes, now);
          brain.served(key, bytes, now);
        });
  }

  // --- peers come and go

  MetadataTrade metadata() {
    return metadata;
  }

  /** A message of metadata exchange has come (BEP 9). */
  void metadata(PeerConnection peer, MetadataMessage message) throws WireViolation {
    entrance.heard(peer, message);
  }

  /** Peers of a peer (BEP 11). */
  void exchanged(PexMessage message) {
    swarming().filter(swarm -> !swarm.isPrivate()).ifPresent(_ -> recruiter.exchanged(message));
  }

  /** Adds peers to try, such as the command line names. */
  public void addPeers(List<InetSocketAddress> addresses) {
    recruiter.learn(addresses);
  }

  /** Once a second. */
  void tick() {
    upkeep.tick();
    dht.tick();
  }

  /** Bytes that are missing; a block as long as nobody knows. */
  long left() {
    synchronized (lock) {
      return swarming().map(Swarming::left).orElse((long) Block.LENGTH);
    }
  }

  // --- for its owner

  /** How it stands. */
  public TorrentStatus status() {
    long now = System.nanoTime();
    synchronized (lock) {
      return StatusReport.of(
          infoHash,
          swarming().map(s -> s.content().info().name()).or(spec::name),
          state(),
          swarming(),
          attendance.roster(),
          traffic.flow(now),
          new StatusReport.Limits(
              Opening.limit(spec.upRate(), node.upRate()),
              Opening.limit(spec.downRate(), node.downRate())),
          recruiter.known(),
          announcer.status(),
          dht.status(),
          webSeeds,
          now);
    }
  }

  /** The last decisions about each peer, with their reasons. */
  public DecisionLog decisions() {
    return decisions;
  }

  /** The selected files; none until the metadata is there and the disk is checked. */
  public List<TorrentFile> files() {
    return swarming().map(swarm -> swarm.content().wanted()).orElse(List.of());
  }

  /** The same, when it is known or the time is over. */
  public List<TorrentFile> files(Duration patience) throws InterruptedIOException {
    stage.awaitKnown(patience);
    return files();
  }

  /** Tries again what failed, as when there is room on the disk now. */
  public void resume() {
    trouble.resume();
  }

  /** Waits until every selected piece is verified, or the torrent has failed; whether it ended. */
  public boolean await(Duration limit) throws InterruptedException {
    return stage.awaitOver(limit);
  }

  /** Leaves the swarm, tells the trackers, and claims what is on disk. */
  @Override
  public void close() {
    List<PeerConnection> connections;
    synchronized (lock) {
      if (stage.isClosed()) {
        return;
      }
      stage.enter(new TorrentState.Closed());
      connections = attendance.all();
    }
    connections.forEach(PeerConnection::close);
    webSeeds.close();
    readers.wake();
    announcer.close();
    var swarm = swarming();
    if (swarm.isPresent()) {
      try {
        swarm.get().close();
      } catch (IOException e) {
        LOG.warn("torrent {}: closing its files", infoHash, e);
      }
    }
    node.forget(this);
  }
}
