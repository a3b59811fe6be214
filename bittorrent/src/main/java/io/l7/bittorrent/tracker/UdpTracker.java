package io.l7.bittorrent.tracker;

import io.l7.common.net.Datagram;
import io.l7.common.net.DatagramHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * The UDP side (BEP 15). A request is read and answered in the receiver's own buffer, so that a
 * datagram costs no allocation. Without a proven connection id nothing longer than the request is
 * ever sent, and wrong ids are met with silence.
 */
final class UdpTracker implements DatagramHandler {
  private static final long MAGIC = 0x41727101980L;
  private static final int CONNECT = 0;
  private static final int ANNOUNCE = 1;
  private static final int SCRAPE = 2;
  private static final int ERROR = 3;

  private static final int HEADER = 16;
  private static final int ANNOUNCE_LENGTH = 98;
  private static final int REPLY_HEADER = 20;

  /** Bytes of an answer: what an Ethernet frame carries. */
  private static final int MTU = 1_472;

  private final SwarmStore store;
  private final TrackerLimits limits;
  private final ConnectionIds ids;
  private final Supplier<AllowList> allowed;
  private final TrackerCounters counters;
  private final ThreadLocal<Worker> workers = ThreadLocal.withInitial(Worker::new);

  UdpTracker(
      SwarmStore store,
      TrackerLimits limits,
      ConnectionIds ids,
      Supplier<AllowList> allowed,
      TrackerCounters counters) {
    this.store = store;
    this.limits = limits;
    this.ids = ids;
    this.allowed = allowed;
    this.counters = counters;
  }

  @Override
  public void handle(Datagram datagram) throws IOException {
    workers.get().handle(datagram);
  }

  /** One receiving thread's scratch space. */
  private final class Worker implements SwarmStore.ScrapeSink {
    private final AnnounceCall call = new AnnounceCall(limits.peersAtMost());
    private byte[] reply = new byte[0];
    private int at;

    void handle(Datagram datagram) throws IOException {
      var data = datagram.data();
      if (datagram.length() < HEADER) {
        counters.ignored().add();
        return;
      }
      long id = AnnounceCall.int64(data, 0);
      int action = AnnounceCall.int32(data, 8);
      if (action == CONNECT && id == MAGIC) {
        connect(datagram, data);
      } else if (action == CONNECT || !ids.isGood(id, datagram.fromUpper(), datagram.fromLower())) {
        counters.ignored().add();
      } else {
        switch (action) {
          case ANNOUNCE -> announce(datagram, data);
          case SCRAPE -> scrape(datagram, data);
          default -> fail(datagram, data, "unknown action");
        }
      }
    }

    private void connect(Datagram datagram, byte[] data) throws IOException {
      int transaction = AnnounceCall.int32(data, 12);
      int32(data, 0, CONNECT);
      int32(data, 4, transaction);
      long id = ids.issue(datagram.fromUpper(), datagram.fromLower());
      int32(data, 8, (int) (id >>> 32));
      int32(data, 12, (int) id);
      counters.udpConnects().add();
      datagram.reply(data, 0, HEADER);
    }

    private void announce(Datagram datagram, byte[] data) throws IOException {
      if (datagram.length() < ANNOUNCE_LENGTH) {
        fail(datagram, data, "an announce has 98 bytes");
        return;
      }
      call.hash(data, 16);
      call.client(data, 36);
      int port = (data[96] & 0xff) << 8 | data[97] & 0xff;
      if (port == 0) {
        fail(datagram, data, "port 0 cannot be dialled");
        return;
      }
      if (!allowed.get().allows(call.hash0, call.hash1, call.hash2)) {
        fail(datagram, data, "this torrent is not allowed here");
        return;
      }
      call.peer(datagram.fromUpper(), datagram.fromLower(), port);
      call.seed = AnnounceCall.int64(data, 64) == 0;
      call.event = event(AnnounceCall.int32(data, 80));
      int wanted = AnnounceCall.int32(data, 92);
      boolean v4 = call.words == PeerTable.IPV4_WORDS;
      int fits = (MTU - REPLY_HEADER) / (v4 ? 6 : 18);
      call.wanted = Math.min(wanted < 0 ? limits.peersByDefault() : wanted, fits);
      var outcome = store.announce(call);
      if (outcome == SwarmStore.Outcome.FULL) {
        fail(datagram, data, "the tracker is full");
        return;
      }
      if (outcome == SwarmStore.Outcome.CROWDED) {
        counters.crowded().add();
      }
      int32(data, 4, AnnounceCall.int32(data, 12));
      int32(data, 0, ANNOUNCE);
      int32(data, 8, call.interval);
      int32(data, 12, call.incomplete);
      int32(data, 16, call.complete);
      // BEP 15: six bytes a peer over IPv4, eighteen over IPv6; the families are not mixed.
      int bytes = v4 ? call.count4 * 6 : call.count6 * 18;
      System.arraycopy(v4 ? call.peers4 : call.peers6, 0, data, REPLY_HEADER, bytes);
      counters.udpAnnounces().add();
      datagram.reply(data, 0, REPLY_HEADER + bytes);
    }

    private static AnnounceCall.Event event(int code) {
      return switch (code) {
        case 1 -> AnnounceCall.Event.COMPLETED;
        case 2 -> AnnounceCall.Event.STARTED;
        case 3 -> AnnounceCall.Event.STOPPED;
        default -> AnnounceCall.Event.NONE;
      };
    }

    private void scrape(Datagram datagram, byte[] data) throws IOException {
      int hashes = Math.min((datagram.length() - HEADER) / 20, limits.scrapes());
      if (hashes == 0) {
        fail(datagram, data, "a scrape names a torrent");
        return;
      }
      int transaction = AnnounceCall.int32(data, 12);
      // Twelve bytes are written where twenty were read, never ahead of the reading.
      reply = data;
      at = 8;
      var allow = allowed.get();
      for (int i = 0; i < hashes; i++) {
        call.hash(data, HEADER + 20 * i);
        if (allow.allows(call.hash0, call.hash1, call.hash2)) {
          store.scrape(call.hash0, call.hash1, call.hash2, this);
        } else {
          figures(0, 0, 0);
        }
      }
      int32(data, 0, SCRAPE);
      int32(data, 4, transaction);
      counters.udpScrapes().add();
      datagram.reply(data, 0, at);
    }

    @Override
    public void figures(int complete, int downloaded, int incomplete) {
      int32(reply, at, complete);
      int32(reply, at + 4, downloaded);
      int32(reply, at + 8, incomplete);
      at += 12;
    }

    private void fail(Datagram datagram, byte[] data, String why) throws IOException {
      var text = why.getBytes(StandardCharsets.US_ASCII);
      int transaction = AnnounceCall.int32(data, 12);
      int32(data, 0, ERROR);
      int32(data, 4, transaction);
      System.arraycopy(text, 0, data, 8, text.length);
      counters.refused().add();
      datagram.reply(data, 0, 8 + text.length);
    }
  }

  private static void int32(byte[] target, int at, int value) {
    target[at] = (byte) (value >>> 24);
    target[at + 1] = (byte) (value >>> 16);
    target[at + 2] = (byte) (value >>> 8);
    target[at + 3] = (byte) value;
  }
}
