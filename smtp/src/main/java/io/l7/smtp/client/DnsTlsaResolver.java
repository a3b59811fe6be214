package io.l7.smtp.client;

import io.l7.common.net.Endpoint;
import io.l7.dns.Answer;
import io.l7.dns.Resolver;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.smtp.dane.TlsaAnswer;
import io.l7.smtp.dane.TlsaResolver;
import io.l7.smtp.dane.TlsaSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds TLSA records by a validating resolver (RFC 7672 §2.2). Thread-safe. */
final class DnsTlsaResolver implements TlsaResolver {
  private final Resolver resolver;

  DnsTlsaResolver(Resolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public TlsaAnswer lookup(Endpoint server) {
    Name host;
    try {
      host = Name.parse(server.host());
    } catch (IllegalArgumentException e) {
      return new TlsaAnswer.None(); // and no address either
    }
    try {
      for (var base : bases(host)) {
        var found = at(base, server.port());
        if (found.isPresent()) {
          return found.get();
        }
      }
      return new TlsaAnswer.None();
    } catch (Undecided e) {
      return new TlsaAnswer.Unknown(e.why);
    }
  }

  /** DNS does not tell now whether there is anything to find. */
  private static final class Undecided extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;

    Undecided(Name name, RRType type, Answer answer) {
      super(answer.why(), null, false, false);
      this.why = type + " of " + name + ": " + answer.why();
    }
  }

  /**
   * The names under which records count: that to which aliases lead, then the host's own; none
   * where addresses are not proven, for who forges them need not forge records (RFC 7672 §2.2.2).
   */
  private Set<Name> bases(Name host) throws Undecided {
    var out = new LinkedHashSet<Name>();
    var silent = Optional.<Undecided>empty();
    for (var type : new RRType[] {RRType.AAAA, RRType.A}) {
      var answer = resolver.lookup(host, type);
      if (answer.isFailure()) {
        silent = Optional.of(new Undecided(host, type, answer));
        continue;
      }
      if (answer.data().isEmpty()) {
        continue;
      }
      if (answer.security() == Security.SECURE) {
        out.add(answer.records(type).getFirst().owner());
      } else if (!isProvenAlias(host)) {
        return Set.of();
      }
      out.add(host);
    }
    if (out.isEmpty() && silent.isPresent()) {
      throw silent.get(); // asked again a moment later, it may have an address all the same
    }
    return out;
  }

  /** RFC 7672 §2.2.3: an alias that is proven, to where nothing is, has records of its own. */
  private boolean isProvenAlias(Name host) throws Undecided {
    var alias = resolver.lookup(host, RRType.CNAME);
    if (alias.isFailure()) {
      throw new Undecided(host, RRType.CNAME, alias);
    }
    return alias.security() == Security.SECURE && !alias.data().isEmpty();
  }

  /** What stands at one name; empty where it is proven, or cannot be, that nothing does. */
  private Optional<TlsaAnswer> at(Name base, int port) {
    Name owner;
    try {
      owner = Name.parse("_" + port + "._tcp." + base);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // too long to have any
    }
    Answer answer = resolver.lookup(owner, RRType.TLSA);
    if (answer.isFailure()) {
      return Optional.of(new TlsaAnswer.Unknown("TLSA of " + owner + ": " + answer.why()));
    }
    return answer.security() == Security.SECURE && !answer.data().isEmpty()
        ? Optional.of(new TlsaAnswer.Found(text(base), TlsaSet.of(answer.data())))
        : Optional.empty();
  }

  private static String text(Name name) {
    var text = name.toString().toLowerCase(Locale.ROOT);
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
