package io.l7.dns.resolver;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.Rcode;
import io.l7.dns.resolver.DelegationPoint.NameServer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the servers of delegation points until one is of use. Lives as long as the resolution of one
 * name; one thread.
 */
final class Interrogation {
  /** Looks up the address of a name server, which is a question of its own. */
  interface AddressLookup {
    List<InetAddress> addressesOf(Name server, Context context) throws ResolutionFailure;
  }

  /** Answers without anything in them before one is believed; Unbound's figure. */
  private static final int MOST_EMPTY = 2;

  /** Shortened questions left unanswered before the whole one is sent; Unbound's figure. */
  private static final int MOST_SHORTENED_SILENCES = 3;

  /** How much of the question a server sees. */
  enum Extent {
    WHOLE,
    /** Less than the client asked: what a server makes of it says little of the server. */
    SHORTENED
  }

  private record Try(InetAddress server, Question question) {}

  /** A reading and who gave it. */
  record Said(Reading reading, InetAddress server) {}

  private final Courier courier;
  private final Delegations delegations;
  private final ServerTable servers;
  private final ResolverLimits limits;
  private final AddressLookup lookup;
  private final Clocks clocks;
  private final Set<InetAddress> avoided;
  private final Map<Try, Integer> attempts = new HashMap<>();
  private int shortenedSilences;

  Interrogation(
      Courier courier,
      Delegations delegations,
      ServerTable servers,
      ResolverLimits limits,
      AddressLookup lookup,
      Clocks clocks,
      Set<InetAddress> avoided) {
    this.courier = courier;
    this.delegations = delegations;
    this.servers = servers;
    this.limits = limits;
    this.lookup = lookup;
    this.clocks = clocks;
    this.avoided = avoided;
  }

  /** Whether shortened questions met so much silence that the whole one should be tried. */
  boolean isTiredOfShortening() {
    return shortenedSilences >= MOST_SHORTENED_SILENCES;
  }

  Said ask(DelegationPoint point, Question question, Extent extent, Context context)
      throws ResolutionFailure {
    return new Round(point, question, extent, context).run();
  }

  /** One question to the servers of one delegation point. */
  private final class Round {
    final DelegationPoint point;
    final Question question;
    final Extent extent;
    final Context context;
    final Trace trace;
    final Map<Optional<Name>, Set<InetAddress>> addresses = new LinkedHashMap<>();
    final Set<Name> looked = new HashSet<>();
    final Set<InetAddress> useless = new HashSet<>();
    final List<InetAddress> recursive = new ArrayList<>();
    int failedTargets;
    boolean outOfBudget;
    boolean parentSideUsed;
    Optional<Said> empty = Optional.empty();
    int empties;
    String lastTrouble = "no server has an address";
    int lastCode = ExtendedError.NO_REACHABLE_AUTHORITY;

    Round(DelegationPoint point, Question question, Extent extent, Context context) {
      this.extent = extent;
      this.point = point;
      this.question = question;
      this.context = context;
      this.trace = context.trace;
      add(point.servers());
    }

    void add(List<NameServer> more) {
      for (NameServer server : more) {
        if (addresses.size() < limits.targetsPerDelegation()
            || addresses.containsKey(server.name())) {
          addresses
              .computeIfAbsent(server.name(), name -> new LinkedHashSet<>())
              .addAll(server.addresses());
        } else {
          trace.note(
              Reason.LIMIT,
              () ->
                  "more than "
                      + limits.targetsPerDelegation()
                      + " servers: "
                      + server.name().map(Name::toString).orElse("")
                      + " left out");
        }
      }
    }

    Said run() throws ResolutionFailure {
      while (true) {
        if (extent == Extent.SHORTENED && isTiredOfShortening()) {
          throw new ResolutionFailure(lastCode, "the shortened question meets silence");
        }
        Optional<InetAddress> server = choose();
        if (server.isEmpty()) {
          if ((empties < MOST_EMPTY && lookUpMore()) || (empty.isEmpty() && useParentSide())) {
            continue;
          }
          return lastResort();
        }
        Optional<Said> said = put(server.get(), Courier.Recursion.of(point));
        if (said.isPresent()) {
          return said.get();
        }
      }
    }

    Optional<InetAddress> choose() {
      long now = clocks.millis();
      List<InetAddress> candidates =
          addresses.values().stream()
              .flatMap(Set::stream)
              .distinct()
              .filter(
                  address ->
                      !useless.contains(address)
                          && !avoided.contains(address)
                          && isAllowed(address))
              .filter(address -> !servers.isLame(address, point.zone(), question.type(), now))
              .filter(address -> !servers.isCrowded(address, now))
              .filter(
                  address ->
                      attempts.getOrDefault(new Try(address, question), 0)
                          < limits.attemptsPerServer())
              .toList();
      List<InetAddress> willing =
          candidates.stream()
              .filter(address -> !servers.hasRefused(address, point.zone(), now))
              .toList();
      // Who refused may have had a reason that is gone, so where nobody else is left it is asked.
      return servers.choose(
          willing.isEmpty() ? candidates : willing, question.type(), clocks.random(), now);
    }

    boolean isAllowed(InetAddress address) {
      return point.kind() != DelegationPoint.Kind.DELEGATION || delegations.mayAsk(address);
    }

    Optional<Said> put(InetAddress server, Courier.Recursion recursion) throws ResolutionFailure {
      attempts.merge(new Try(server, question), 1, Integer::sum);
      Courier.Result result = courier.ask(server, point, question, recursion, context);
      switch (result) {
        case Courier.Result.Read(Reading reading) -> {
          switch (reading.kind()) {
            case FINAL, REFERRAL -> {
              return Optional.of(new Said(reading, server));
            }
            case EMPTY -> {
              // RFC 2308 wants an SOA; a server without anything may be broken, so another one is
              // heard too.
              empty = Optional.of(new Said(reading, server));
              if (++empties >= MOST_EMPTY) {
                return empty;
              }
              trouble(server, Reason.LAME, reading.why(), ExtendedError.INVALID_DATA);
            }
            case LAME -> {
              if (extent == Extent.WHOLE) {
                servers.lame(server, point.zone(), question.type(), clocks.millis());
              }
              trouble(server, Reason.LAME, reading.why(), ExtendedError.NO_REACHABLE_AUTHORITY);
            }
            case NOT_AUTHORITATIVE -> {
              if (recursion == Courier.Recursion.DESIRED) {
                return Optional.of(
                    new Said(
                        new Reading(
                            Reading.Kind.FINAL,
                            reading.response(),
                            reading.authoritative(),
                            "taken from a recursive server"),
                        server));
              }
              recursive.add(server);
              trouble(server, Reason.LAME, reading.why(), ExtendedError.NO_REACHABLE_AUTHORITY);
            }
            case USELESS -> {
              if (reading.response().rcode().equals(Rcode.REFUSED)) {
                servers.refused(server, point.zone(), clocks.millis());
              }
              trouble(server, Reason.LAME, reading.why(), ExtendedError.NO_REACHABLE_AUTHORITY);
            }
          }
        }
        case Courier.Result.Silence() -> {
          if (extent == Extent.SHORTENED) {
            shortenedSilences++;
          }
          lastTrouble = server.getHostAddress() + " does not answer";
          lastCode = ExtendedError.NO_REACHABLE_AUTHORITY;
        }
        case Courier.Result.Broken(String why) ->
            trouble(server, Reason.LAME, why, ExtendedError.NETWORK_ERROR);
      }
      return Optional.empty();
    }

    void trouble(InetAddress server, Reason reason, String why, int code) {
      useless.add(server);
      lastTrouble = server.getHostAddress() + ": " + why;
      lastCode = code;
      trace.note(reason, () -> server.getHostAddress() + " for " + point.zone() + ": " + why);
    }

    /** Looks up the addresses of one more server; false when there is none to look up. */
    boolean lookUpMore() {
      for (Map.Entry<Optional<Name>, Set<InetAddress>> entry : addresses.entrySet()) {
        Name name = entry.getKey().orElse(Name.ROOT);
        boolean known = entry.getValue().stream().anyMatch(this::isAllowed);
        if (entry.getKey().isEmpty() || known || looked.contains(name)) {
          continue;
        }
        boolean worthwhile = failedTargets <= limits.failedTargets();
        boolean given = worthwhile && context.depth < limits.depth() && context.budget.target();
        outOfBudget |= worthwhile && !given;
        if (!given) {
          trace.note(
              Reason.LIMIT, () -> "no more lookups of name server addresses for " + point.zone());
          return false;
        }
        looked.add(name);
        int before = context.budget.packetsSpent();
        boolean found = fetch(name, entry.getValue());
        if (!found && context.budget.packetsSpent() > before) {
          failedTargets++;
        }
        return true;
      }
      return false;
    }

    boolean fetch(Name name, Set<InetAddress> into) {
      Trace part = trace.enter(Reason.QUESTION, () -> "address of the name server " + name);
      try {
        List<InetAddress> found = lookup.addressesOf(name, context.within(part));
        into.addAll(found);
        return !found.isEmpty() || glue(name, into);
      } catch (ResolutionFailure e) {
        outOfBudget |= e.isOfQuestionAlone();
        part.note(Reason.FAILURE, () -> String.valueOf(e.getMessage()));
        return glue(name, into);
      }
    }

    /** Where the child does not give an address, the parent's glue may. */
    boolean glue(Name name, Set<InetAddress> into) {
      List<InetAddress> known = delegations.known(name, List.of(), clocks.seconds());
      into.addAll(known);
      return !known.isEmpty();
    }

    int size() {
      return addresses.values().stream().mapToInt(Set::size).sum() + addresses.size();
    }

    /**
     * Falls back on the names and glue that the parent gave, where the child's own records lead
     * nowhere.
     */
    boolean useParentSide() {
      if (parentSideUsed || point.kind() != DelegationPoint.Kind.DELEGATION) {
        return false;
      }
      parentSideUsed = true;
      Optional<DelegationPoint> parentSide = delegations.parentSide(point.zone(), clocks.seconds());
      int before = size();
      parentSide.ifPresent(side -> add(side.servers()));
      addresses.forEach(
          (name, known) ->
              name.ifPresent(
                  server -> known.addAll(delegations.parentGlue(server, clocks.seconds()))));
      boolean more = size() > before;
      if (more) {
        trace.note(
            Reason.DELEGATION,
            () -> "the servers the parent names for " + point.zone() + " as well");
      }
      return more;
    }

    /** Servers that only recurse are asked to. */
    Said lastResort() throws ResolutionFailure {
      if (empty.isPresent()) {
        return empty.get();
      }
      for (InetAddress server : List.copyOf(recursive)) {
        trace.note(
            Reason.DELEGATION,
            () -> server.getHostAddress() + " is asked to recurse, for want of a better one");
        Optional<Said> said = put(server, Courier.Recursion.DESIRED);
        if (said.isPresent()) {
          return said.get();
        }
      }
      String why =
          "no server of "
              + point.zone()
              + " is of use for "
              + question.name()
              + " "
              + question.type()
              + " ("
              + lastTrouble
              + ")";
      throw outOfBudget
          ? ResolutionFailure.ofQuestionAlone(lastCode, why)
          : new ResolutionFailure(lastCode, why);
    }
  }
}
