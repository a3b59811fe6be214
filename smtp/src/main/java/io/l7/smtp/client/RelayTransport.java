package io.l7.smtp.client;

import io.l7.common.net.Endpoint;
import io.l7.smtp.address.Domains;
import io.l7.smtp.client.MxAnswer.Origin;
import io.l7.smtp.protocol.EnhancedStatus;
import io.l7.smtp.protocol.Reply;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Courier;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.queue.Transport;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Carries mail to the servers of its domains, or all of it to a smarthost. Thread-safe. */
public final class RelayTransport implements Transport {
  /** How long an unused connection is taken to be there still, in nanoseconds. */
  private static final long FRESH_NANOS = 200_000_000L;

  private final RelayOptions options;
  private final Connector connector;
  private final RandomGenerator random;

  /** A transport with these options. */
  public RelayTransport(RelayOptions options) {
    this(options, new SecureRandom());
  }

  /** A transport that shuffles servers of one preference by {@code random}, a thread-safe one. */
  RelayTransport(RelayOptions options, RandomGenerator random) {
    this.options = options;
    this.random = random;
    this.connector = new Connector(options);
  }

  @Override
  public Courier courier(String destination) {
    return new RelayCourier(destination);
  }

  private Route route(String domain) {
    if (options.smarthost().isPresent()) {
      return new Route.Servers(List.of(options.smarthost().get()), Origin.PROVEN);
    }
    if (Domains.isAddressLiteral(domain)) {
      var address = domain.substring(1, domain.length() - 1);
      var ip = address.regionMatches(true, 0, "IPv6:", 0, 5) ? address.substring(5) : address;
      return new Route.Servers(List.of(new Endpoint(ip, options.port())), Origin.PROVEN);
    }
    return Route.of(
        domain, options.mx().lookup(domain), options.hostname(), options.port(), random);
  }

  private final class RelayCourier implements Courier {
    private final String destination;
    private Connector.@Nullable Reached reached;
    private long usedAt;
    private Optional<Outcome> nobody = Optional.empty();

    RelayCourier(String destination) {
      this.destination = destination;
    }

    @Override
    public List<Outcome> deliver(Consignment mail) {
      var outcomes = deliverOnce(mail);
      // A kept connection that the server ended before it had the mail says nothing about the mail.
      return outcomes.isEmpty() ? deliverOnce(mail) : outcomes;
    }

    @Override
    public Optional<Outcome> foundNobody() {
      return nobody;
    }

    private List<Outcome> deliverOnce(Consignment mail) {
      nobody = Optional.empty();
      var kept = reached;
      var again = kept != null;
      try {
        if (kept == null) {
          switch (route(destination)) {
            case Route.Dead(var outcome) -> {
              nobody = Optional.of(outcome);
              return all(mail, outcome);
            }
            case Route.Servers(var servers, var origin) ->
                kept = connector.openFirst(hops(servers, origin));
          }
        } else if (!stillThere(kept.session())) {
          leave();
          return List.of();
        }
      } catch (RefusedException e) {
        return all(mail, refused(e.reply()));
      } catch (IOException e) {
        var outcome = unreachable(e);
        nobody = Optional.of(outcome);
        return all(mail, outcome);
      }
      reached = kept;
      var session = kept.session();
      var before = session.contents();
      var outcomes = MailSender.send(session, kept.server().toString(), mail);
      usedAt = System.nanoTime();
      if (!session.usable()) {
        leave();
        return again && session.contents() == before ? List.of() : outcomes;
      }
      return outcomes;
    }

    /** A connection used a moment ago is trusted; an older one is asked. */
    private boolean stillThere(ClientSession session) {
      if (System.nanoTime() - usedAt < FRESH_NANOS) {
        return session.usable();
      }
      try {
        return session.usable() && session.command("RSET").isPositive();
      } catch (IOException e) {
        return false;
      }
    }

    private List<Outcome> all(Consignment mail, Outcome outcome) {
      return Collections.nCopies(mail.recipients().size(), outcome);
    }

    private Outcome refused(Reply reply) {
      // RFC 5321 §4.5.4.1: no mail fails for good because a server did not even want to talk
      var status = reply.status().filter(s -> s.kind() == 4).orElse(EnhancedStatus.of("4.4.1"));
      return new Outcome.Deferred(Optional.empty(), status, MailSender.text(reply));
    }

    private List<Hop> hops(List<Endpoint> servers, Origin origin) {
      return options.smarthost().isPresent()
          ? servers.stream().map(Hop::of).toList()
          : servers.stream().map(server -> new Hop(server, destination, origin)).toList();
    }

    private Outcome unreachable(IOException e) {
      var status =
          e instanceof TlsDemandException demand ? demand.status() : EnhancedStatus.of("4.4.1");
      return new Outcome.Deferred(Optional.empty(), status, MailSender.text(e));
    }

    private void leave() {
      var r = reached;
      reached = null;
      if (r != null) {
        r.session().close();
      }
    }

    @Override
    public void close() {
      leave();
    }
  }
}
