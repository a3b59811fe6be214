package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BString;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Carries a {@link Lookup} out: sends its queries, feeds it the answers, and in the end announces
 * us to the nearest nodes where that is wanted. Called with the node's lock held.
 */
final class Search {
  private final DhtNode node;
  private final Lookup lookup;
  private final Call call;
  private final Optional<DhtSearch> wanted;
  private final Map<InetSocketAddress, BString> tokens = new HashMap<>();
  private final Set<InetSocketAddress> peers = new HashSet<>();
  private int announcing;
  private int announced;
  private boolean looking = true;
  private Consumer<DhtSearch.End> onEnd = _ -> {};

  /** A search for nodes alone. */
  Search(DhtNode node, NodeId target, Lookup lookup) {
    this.node = node;
    this.lookup = lookup;
    this.call = new Call.FindNode(target, node.want());
    this.wanted = Optional.empty();
  }

  /** A search for peers. */
  Search(DhtNode node, DhtSearch wanted, Lookup lookup) {
    this.node = node;
    this.lookup = lookup;
    this.call = new Call.GetPeers(wanted.infoHash(), node.want());
    this.wanted = Optional.of(wanted);
  }

  /** Begins; {@code told} hears of the end, once. */
  void go(Consumer<DhtSearch.End> told) {
    onEnd = told;
    go();
  }

  /** Asks whom it is time to ask. */
  private void go() {
    if (!looking) {
      return;
    }
    for (var contact : lookup.next()) {
      node.inquiries().ask(call, contact.address(), Optional.of(contact), new Asking(contact));
    }
    if (looking && lookup.isDone()) {
      looking = false;
      announce();
    }
  }

  /** One query of the lookup. */
  private final class Asking implements Transactions.Outcome {
    private final NodeContact contact;

    Asking(NodeContact contact) {
      this.contact = contact;
    }

    @Override
    public void answered(Krpc.Response response) {
      if (response.id().equals(node.table().own())) {
        failed(); // ourselves, under an address that others know us by
        return;
      }
      var truly = new NodeContact(response.id(), contact.address());
      var named = node.believable(response, contact.address());
      response.token().ifPresent(token -> tokens.put(contact.address(), token));
      wanted.ifPresent(search -> found(search, response));
      if (truly.equals(contact)) {
        lookup.answered(contact, named);
      } else {
        lookup.answeredAs(contact, truly, named);
      }
      go();
    }

    private void found(DhtSearch search, Krpc.Response response) {
      var fresh =
          response.peers().stream()
              .filter(peer -> node.isDialable(peer, contact.host()))
              .filter(peers::add)
              .toList();
      if (!fresh.isEmpty()) {
        node.afterwards(() -> search.onPeers().accept(fresh));
      }
    }

    @Override
    public void late() {
      lookup.late(contact);
      go();
    }

    @Override
    public void failed() {
      lookup.failed(contact);
      go();
    }
  }

  private void announce() {
    announcing++; // itself: one that fails at once is not the end
    var port = wanted.flatMap(DhtSearch::announce);
    if (port.isPresent()) {
      for (var contact : lookup.closest()) {
        var token = tokens.get(contact.address());
        if (token != null) {
          announcing++;
          var announce =
              new Call.AnnouncePeer(wanted.get().infoHash(), Optional.of(port.get()), token);
          node.inquiries().ask(announce, contact.address(), Optional.of(contact), new Announcing());
        }
      }
    }
    announcing--;
    endIfQuiet();
  }

  /** One announce; nobody waits for who is late. */
  private final class Announcing implements Transactions.Outcome {
    private boolean waited = true;

    @Override
    public void answered(Krpc.Response response) {
      announced++;
      node.announceTaken();
      over();
    }

    @Override
    public void late() {
      over();
    }

    @Override
    public void failed() {
      over();
    }

    private void over() {
      if (waited) {
        waited = false;
        announcing--;
        endIfQuiet();
      }
    }
  }

  private void endIfQuiet() {
    if (announcing == 0) {
      end();
    }
  }

  /** It is over, wherever it stands. */
  void end() {
    looking = false;
    var told = onEnd;
    onEnd = _ -> {};
    told.accept(
        new DhtSearch.End(
            lookup.asked(),
            lookup.answered(),
            lookup.rounds(),
            peers.size(),
            announced,
            lookup.closest()));
  }
}
