package io.l7.bittorrent.peer;

import io.l7.bittorrent.wire.ExtensionHandshake;
import java.util.HashMap;
import java.util.Optional;

/** How we introduce ourselves to a peer that speaks the extension protocol (BEP 10). */
final class Introduction {
  private Introduction() {}

  static ExtensionHandshake of(Optional<Swarming> swarming, PeerNode node) {
    var messages = new HashMap<String, Integer>();
    messages.put(ExtensionHandshake.UT_METADATA, PeerConnection.UT_METADATA);
    // BEP 27: a private torrent's peers come from its trackers alone. Until we know, we do not ask.
    if (swarming.isPresent() && !swarming.get().isPrivate()) {
      messages.put(ExtensionHandshake.UT_PEX, PeerConnection.UT_PEX);
    }
    boolean complete = swarming.isPresent() && swarming.get().brain().complete();
    return new ExtensionHandshake(
        messages,
        swarming.map(s -> (long) s.content().info().rawLength()),
        node.port(),
        Optional.of(PeerNode.CLIENT),
        Optional.of(node.wireLimits().requestsServed()),
        complete
            ? ExtensionHandshake.Interest.UPLOAD_ONLY
            : ExtensionHandshake.Interest.WANTS_DATA);
  }
}
