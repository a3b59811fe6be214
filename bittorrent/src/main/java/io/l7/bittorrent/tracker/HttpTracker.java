package io.l7.bittorrent.tracker;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BencodeWriter;
import io.l7.common.json.Json;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The HTTP side: {@code /announce} (BEP 3, 7, 23), {@code /scrape} (BEP 48), {@code /stats} and
 * {@code /stats.json}. Answers are compact whatever is asked (BEP 23 leaves that to the tracker),
 * and a peer's address is the connection's: an {@code ip} parameter could make others' machines the
 * targets of a swarm.
 */
final class HttpTracker implements Handler {
  private static final String BENCODED = "text/plain";

  private final SwarmStore store;
  private final TrackerLimits limits;
  private final Supplier<AllowList> allowed;
  private final TrackerCounters counters;
  private final Supplier<TrackerStatistics> statistics;

  HttpTracker(
      SwarmStore store,
      TrackerLimits limits,
      Supplier<AllowList> allowed,
      TrackerCounters counters,
      Supplier<TrackerStatistics> statistics) {
    this.store = store;
    this.limits = limits;
    this.allowed = allowed;
    this.counters = counters;
    this.statistics = statistics;
  }

  @Override
  public Response handle(Request request) {
    boolean known =
        switch (request.path()) {
          case "/announce", "/scrape", "/stats", "/stats.json", "/" -> true;
          default -> false;
        };
    if (!known) {
      return Response.error(Status.NOT_FOUND);
    }
    if (!request.method().equals(Method.GET) && !request.method().equals(Method.HEAD)) {
      return Response.error(Status.METHOD_NOT_ALLOWED).with("Allow", "GET, HEAD");
    }
    return switch (request.path()) {
      case "/announce" -> bencoded(request, this::announce);
      case "/scrape" -> bencoded(request, this::scrape);
      case "/stats.json" -> Response.json(statistics.get().json().toString());
      default -> Response.html(statistics.get().html());
    };
  }

  private interface Answer {
    byte[] to(Request request, AnnounceQuery query) throws AnnounceQuery.Refused;
  }

  private Response bencoded(Request request, Answer answer) {
    byte[] bytes;
    try {
      if (request.target().raw().length() > limits.query()) {
        return Response.error(Status.URI_TOO_LONG);
      }
      bytes = answer.to(request, AnnounceQuery.parse(request.query().orElse("")));
    } catch (AnnounceQuery.Refused e) {
      counters.refused().add();
      bytes = BencodeWriter.dictionary().put("failure reason", e.reason()).encode();
    }
    return Response.ok(BENCODED, Body.of(bytes)).with("Cache-Control", "no-store");
  }

  private byte[] announce(Request request, AnnounceQuery query) throws AnnounceQuery.Refused {
    var call = new AnnounceCall(limits.peersAtMost());
    call.hash(query.twentyBytes("info_hash"), 0);
    call.client(query.twentyBytes("peer_id"), 0);
    long port =
        query
            .number("port", 65_535)
            .orElseThrow(() -> new AnnounceQuery.Refused("port is missing"));
    if (port == 0) {
      throw new AnnounceQuery.Refused("port 0 cannot be dialled");
    }
    query.number("uploaded", Long.MAX_VALUE);
    query.number("downloaded", Long.MAX_VALUE);
    // A client that does not say what it lacks is taken for one that lacks something.
    call.seed = query.number("left", Long.MAX_VALUE).orElse(1L) == 0;
    call.event = event(query.text("event").orElse(""));
    call.wanted = Math.toIntExact(wanted(query));
    if (!allowed.get().allows(call.hash0, call.hash1, call.hash2)) {
      throw new AnnounceQuery.Refused("this torrent is not allowed here");
    }
    call.peer(address(request), (int) port);
    switch (store.announce(call)) {
      case FULL -> throw new AnnounceQuery.Refused("the tracker is full");
      case CROWDED -> counters.crowded().add();
      case ANSWERED -> {}
    }
    counters.httpAnnounces().add();
    var answer =
        BencodeWriter.dictionary()
            .put("complete", call.complete)
            .put("incomplete", call.incomplete)
            .put("interval", call.interval)
            .put("min interval", Math.min(call.interval, limits.minInterval().toSeconds()))
            .put("peers", Arrays.copyOf(call.peers4, call.count4 * 6));
    if (call.count6 > 0) {
      answer.put("peers6", Arrays.copyOf(call.peers6, call.count6 * 18));
    }
    return answer.encode();
  }

  private long wanted(AnnounceQuery query) throws AnnounceQuery.Refused {
    // Clients send -1 for "as many as you like".
    return query.text("numwant").filter(t -> t.startsWith("-")).isPresent()
        ? limits.peersByDefault()
        : Math.min(
            query.number("numwant", Long.MAX_VALUE).orElse((long) limits.peersByDefault()),
            limits.peersAtMost());
  }

  private static InetAddress address(Request request) throws AnnounceQuery.Refused {
    var address = request.exchange().remote().getAddress();
    if (address == null) {
      throw new AnnounceQuery.Refused("the address of the peer is not known");
    }
    return address;
  }

  /** BEP 3 writes them in lower case; what is not one of them is taken for no event. */
  private static AnnounceCall.Event event(String text) {
    return switch (text) {
      case "started" -> AnnounceCall.Event.STARTED;
      case "completed" -> AnnounceCall.Event.COMPLETED;
      case "stopped" -> AnnounceCall.Event.STOPPED;
      default -> AnnounceCall.Event.NONE;
    };
  }

  private byte[] scrape(Request request, AnnounceQuery query) throws AnnounceQuery.Refused {
    var hashes = query.infoHashes();
    if (hashes.isEmpty()) {
      throw new AnnounceQuery.Refused("info_hash is missing: a scrape names its torrents");
    }
    if (hashes.size() > limits.scrapes()) {
      throw new AnnounceQuery.Refused("more than " + limits.scrapes() + " torrents in a scrape");
    }
    var files = BencodeWriter.dictionary();
    var words = new AnnounceCall(0);
    for (var hash : hashes) {
      words.hash(hash.bytes(), 0);
      if (allowed.get().allows(words.hash0, words.hash1, words.hash2)) {
        store.scrape(
            words.hash0,
            words.hash1,
            words.hash2,
            (complete, downloaded, incomplete) ->
                files.put(
                    BString.of(hash.bytes()),
                    BencodeWriter.dictionary()
                        .put("complete", complete)
                        .put("downloaded", downloaded)
                        .put("incomplete", incomplete)
                        .build()));
      }
    }
    counters.httpScrapes().add();
    return BencodeWriter.dictionary().put("files", files.build()).encode();
  }

  /** Kept apart so that the page and its JSON tell the same. */
  record TrackerStatistics(
      long torrents,
      long peers,
      long seeds,
      long httpAnnounces,
      long udpAnnounces,
      long scrapes,
      long connects,
      long refused,
      long uptimeSeconds) {
    Json json() {
      return Json.object()
          .put("torrents", torrents)
          .put("peers", peers)
          .put("seeds", seeds)
          .put("leechers", peers - seeds)
          .put("announcesHttp", httpAnnounces)
          .put("announcesUdp", udpAnnounces)
          .put("scrapes", scrapes)
          .put("udpConnects", connects)
          .put("refused", refused)
          .put("uptimeSeconds", uptimeSeconds)
          .build();
    }

    String html() {
      var rows = new StringBuilder();
      row(rows, "Torrents", torrents);
      row(rows, "Peers", peers);
      row(rows, "Seeds", seeds);
      row(rows, "Leechers", peers - seeds);
      row(rows, "Announces over HTTP", httpAnnounces);
      row(rows, "Announces over UDP", udpAnnounces);
      row(rows, "Scrapes", scrapes);
      row(rows, "UDP connection ids", connects);
      row(rows, "Requests refused", refused);
      row(rows, "Seconds running", uptimeSeconds);
      return """
      <!doctype html><html lang="en"><meta charset="utf-8"><title>Tracker</title>
      <style>body{font:16px/1.5 system-ui;margin:3rem auto;max-width:30rem}
      td{padding:.1rem 1rem .1rem 0}td+td{text-align:right;font-variant-numeric:tabular-nums}
      @media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8cf}}</style>
      <h1>Tracker</h1><table>
      %s</table><p><a href="/stats.json">JSON</a></p></html>
      """
          .formatted(rows);
    }

    private static void row(StringBuilder rows, String name, long value) {
      rows.append("<tr><td>").append(name).append("<td>").append(value).append('\n');
    }
  }
}
