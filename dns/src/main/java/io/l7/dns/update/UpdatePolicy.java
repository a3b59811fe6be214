package io.l7.dns.update;

import io.l7.common.disk.TextFile;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.tsig.TsigKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Which key may change what. Nothing is allowed that no grant allows. Immutable. */
public final class UpdatePolicy {
  private final List<Grant> grants;

  private UpdatePolicy(List<Grant> grants) {
    this.grants = List.copyOf(grants);
  }

  /** How a grant's name bounds the names that may change. */
  public enum Scope {
    /** Any name of the zone. */
    ZONE,
    /** The name and all below it. */
    SUBDOMAIN,
    /** That name alone. */
    NAME,
    /** The name that is the key's own. */
    SELF
  }

  /**
   * One permission.
   *
   * @param types empty for all but SOA, NS, DNSKEY and the records of the signer, as BIND has it;
   *     ZONE grants all
   */
  public record Grant(Name key, Scope scope, Name name, Set<RRType> types) {
    public Grant {
      types = Set.copyOf(types);
    }

    private boolean covers(Name keyName, Name owner, RRType type) {
      boolean inScope =
          switch (scope) {
            case ZONE -> true;
            case SUBDOMAIN -> owner.isSubdomainOf(name);
            case NAME -> owner.equals(name);
            case SELF -> owner.equals(keyName);
          };
      return key.equals(keyName)
          && inScope
          && (types.isEmpty() ? usual(type) : types.contains(type));
    }

    private boolean usual(RRType type) {
      return scope == Scope.ZONE
          || !(type.equals(RRType.SOA) || type.equals(RRType.NS) || type.equals(RRType.DNSKEY));
    }
  }

  /** Nobody may change anything. */
  public static UpdatePolicy none() {
    return new UpdatePolicy(List.of());
  }

  /** Each of these keys may change everything. */
  public static UpdatePolicy allowing(Collection<TsigKey> keys) {
    return new UpdatePolicy(
        keys.stream().map(key -> new Grant(key.name(), Scope.ZONE, Name.ROOT, Set.of())).toList());
  }

  public static UpdatePolicy of(List<Grant> grants) {
    return new UpdatePolicy(grants);
  }

  /**
   * Reads lines {@code grant KEY zone|subdomain NAME|name NAME|self [TYPE...]}, BIND's words;
   * {@code #} starts a comment.
   *
   * @throws IOException naming file and line of what cannot be understood
   */
  public static UpdatePolicy read(Path file) throws IOException {
    var grants = new ArrayList<Grant>();
    List<String> lines = TextFile.lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceAll("[#;].*", "").strip();
      if (!line.isEmpty()) {
        try {
          grants.add(grant(List.of(line.split("\\s+", -1))));
        } catch (IllegalArgumentException e) {
          throw new IOException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
        }
      }
    }
    return new UpdatePolicy(grants);
  }

  private static Grant grant(List<String> words) {
    if (words.size() < 3 || !words.getFirst().equals("grant")) {
      throw new IllegalArgumentException(
          "expected: grant KEY zone|subdomain NAME|name NAME|self [TYPE...]");
    }
    Scope scope = scope(words.get(2));
    boolean named = scope == Scope.SUBDOMAIN || scope == Scope.NAME;
    if (named && words.size() < 4) {
      throw new IllegalArgumentException(words.get(2) + " needs a name");
    }
    var types = new HashSet<RRType>();
    for (String type : words.subList(named ? 4 : 3, words.size())) {
      types.add(RRType.parse(type));
    }
    return new Grant(
        Name.parse(words.get(1)), scope, named ? Name.parse(words.get(3)) : Name.ROOT, types);
  }

  private static Scope scope(String word) {
    return Stream.of(Scope.values())
        .filter(scope -> scope.name().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + word + "' is none of zone, subdomain, name, self"));
  }

  /** True when the key may change that set. */
  boolean allows(Optional<TsigKey> key, Name owner, RRType type) {
    return key.isPresent()
        && grants.stream().anyMatch(g -> g.covers(key.get().name(), owner, type));
  }

  /** True when nobody may change anything. */
  public boolean isEmpty() {
    return grants.isEmpty();
  }

  /** True when some grant names the key. */
  boolean knows(Optional<TsigKey> key) {
    return key.isPresent() && grants.stream().anyMatch(g -> g.key().equals(key.get().name()));
  }
}
