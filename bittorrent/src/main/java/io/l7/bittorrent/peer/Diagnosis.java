package io.l7.bittorrent.peer;

import io.l7.bittorrent.brain.PeerView;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Says in words what holds a torrent back, and each of its peers. */
final class Diagnosis {
  /** The share of a limit from which on it is what holds us back. */
  private static final double NEAR = 0.9;

  private Diagnosis() {}

  /** Why data passes between a peer and us as it does. */
  static String ofPeer(TorrentState state, PeerView view) {
    return state instanceof TorrentState.Downloading ? giving(view) : taking(view);
  }

  private static String giving(PeerView view) {
    if (!view.interesting()) {
      return view.pieces() == 0 ? "has nothing yet" : "has nothing we lack";
    }
    if (!view.unchokesUs()) {
      return view.unchokedByUs()
          ? "chokes us, though it may take from us" + rate(view.takesFromUs(), ", and takes ")
          : "chokes us, and we choke it";
    }
    if (view.snubbing()) {
      return "owes us blocks for too long: it is asked for one at a time";
    }
    if (view.requested() == 0) {
      return "what it has is asked of others already";
    }
    return view.givesUs() == 0
        ? "was asked for " + view.requested() + " blocks; nothing has come yet"
        : "gives "
            + rate(view.givesUs(), "")
            + ", "
            + view.requested()
            + " blocks are on their way";
  }

  /** Why data comes from a web seed as it does. */
  static String ofWebSeed(WebSeed seed, Optional<PeerView> view) {
    if (seed.isOver()) {
      return "is not asked again: " + seed.trouble();
    }
    long rests = seed.restSeconds();
    if (view.filter(v -> v.requested() > 0).isPresent()) {
      return "gives" + rate(view.get().givesUs(), " ");
    }
    return seed.trouble().isEmpty()
        ? "nothing is missing that is not asked of others already"
        : seed.trouble() + (rests > 0 ? "; asked again in " + rests + " s" : "");
  }

  private static String taking(PeerView view) {
    if (!view.interestedInUs()) {
      return "wants nothing of ours";
    }
    if (view.idle()) {
      return "says it wants something, and asked for nothing when it could";
    }
    if (!view.unchokedByUs()) {
      return "waits for a slot";
    }
    return view.takesFromUs() == 0
        ? "may take, and does not yet"
        : "takes" + rate(view.takesFromUs(), " ");
  }

  /** What holds the torrent back. */
  static String of(
      TorrentState state,
      List<PeerView> views,
      List<PeerView> sources,
      StatusReport.Flow flow,
      StatusReport.Limits limits,
      int known) {
    return switch (state) {
      case TorrentState.FetchingMetadata() ->
          "the metadata is missing; " + peers(views.size(), known);
      case TorrentState.Checking() -> "the disk is being checked";
      case TorrentState.Downloading() -> downloading(views, sources, flow, limits, known);
      case TorrentState.Seeding() -> seeding(views, flow, limits);
      case TorrentState.Failed(var why) -> why;
      case TorrentState.Closed() -> "it was closed";
    };
  }

  private static String downloading(
      List<PeerView> views,
      List<PeerView> sources,
      StatusReport.Flow flow,
      StatusReport.Limits limits,
      int known) {
    long giving = sources.stream().filter(v -> v.requested() > 0).count();
    if (giving == 0 || isNear(flow.downRate(), limits.down())) {
      return downloading(views, flow, limits, known);
    }
    double rate = sources.stream().mapToDouble(PeerView::givesUs).sum();
    String seeds = (giving == 1 ? "1 web seed" : giving + " web seeds") + rate(rate, ": ");
    return "what comes from " + seeds + "; and " + downloading(views, flow, limits, known);
  }

  private static String downloading(
      List<PeerView> views, StatusReport.Flow flow, StatusReport.Limits limits, int known) {
    if (isNear(flow.downRate(), limits.down())) {
      return "our own limit of" + rate((double) limits.down().orElse(0), " ");
    }
    long interesting = views.stream().filter(PeerView::interesting).count();
    long open = views.stream().filter(v -> v.interesting() && v.unchokesUs()).count();
    if (interesting == 0) {
      return views.isEmpty()
          ? peers(0, known)
          : "nothing we lack is at the " + peers(views.size()) + " we know";
    }
    if (open == 0) {
      return "everybody who has what we lack chokes us: " + peers(interesting);
    }
    return "the uplinks of "
        + open
        + " of the "
        + peers(interesting)
        + " that have what we lack:"
        + rate(flow.downRate(), " ");
  }

  private static String seeding(
      List<PeerView> views, StatusReport.Flow flow, StatusReport.Limits limits) {
    long wanting = views.stream().filter(PeerView::interestedInUs).count();
    long waiting = views.stream().filter(v -> v.interestedInUs() && !v.unchokedByUs()).count();
    if (wanting == 0) {
      return "nobody wants anything";
    }
    String why =
        isNear(flow.upRate(), limits.up())
            ? "our own limit of" + rate((double) limits.up().orElse(0), " ")
            : "what " + peers(wanting - waiting) + " can take:" + rate(flow.upRate(), " ");
    return waiting == 0 ? why : why + "; waiting for a slot: " + peers(waiting);
  }

  private static boolean isNear(double rate, OptionalLong limit) {
    return limit.isPresent() && rate >= limit.getAsLong() * NEAR;
  }

  private static String peers(int connected, int known) {
    return connected == 0
        ? "nobody is connected, of " + known + " addresses known"
        : "connected: " + peers(connected);
  }

  private static String peers(long count) {
    return count == 1 ? "1 peer" : count + " peers";
  }

  private static String rate(double bytesPerSecond, String before) {
    return String.format(Locale.ROOT, "%s%.1f kB/s", before, bytesPerSecond / 1e3);
  }
}
