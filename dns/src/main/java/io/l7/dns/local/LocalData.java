package io.l7.dns.local;

import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Local records and zones, immutable. The closest zone above a name decides. */
public final class LocalData {
  /** Seconds that clients may keep what is denied here; Unbound's figure. */
  private static final long NEGATIVE_TTL = 10_800;

  private static final LocalData NONE = new LocalData(List.of(), List.of());

  private final Map<Name, List<ResourceRecord>> records = new HashMap<>();
  private final Map<Name, LocalZone> zones = new HashMap<>();

  /** Names in static zones that exist for what is below them. */
  private final Set<Name> hollow = new HashSet<>();

  private LocalData(List<ResourceRecord> data, List<LocalZone> zones) {
    for (ResourceRecord record : data) {
      List<ResourceRecord> at = records.computeIfAbsent(record.owner(), name -> new ArrayList<>());
      if (!at.contains(record)) {
        at.add(record);
      }
    }
    zones.forEach(zone -> this.zones.put(zone.name(), zone));
    records.keySet().forEach(this::existAbove);
  }

  /** Notes what exists in a static zone because something below it does. */
  private void existAbove(Name owner) {
    for (Name name = owner.parent(); !name.isRoot(); name = name.parent()) {
      Optional<LocalZone> zone = atOrAbove(name);
      if (zone.isEmpty()) {
        return;
      }
      if (zone.get().kind() == LocalZone.Kind.STATIC) {
        hollow.add(name);
      }
    }
  }

  /** Nothing. */
  public static LocalData none() {
    return NONE;
  }

  /** These records and zones; of two zones of one name the later counts. */
  public static LocalData of(List<ResourceRecord> records, List<LocalZone> zones) {
    return records.isEmpty() && zones.isEmpty() ? NONE : new LocalData(records, zones);
  }

  /** What local policy says to a question. */
  public sealed interface Verdict {
    /** Nothing: resolve it. */
    record Resolve() implements Verdict {}

    /** No answer at all. */
    record Silence() implements Verdict {}

    /**
     * This answer.
     *
     * @param why for the explanation
     */
    record Answer(
        Rcode rcode,
        List<ResourceRecord> answer,
        List<ResourceRecord> authority,
        Optional<ExtendedError> error,
        String why)
        implements Verdict {
      /** Where the question is to be asked on, if its name is an alias of another. */
      public Optional<Name> alias(Question question) {
        boolean wanted = question.type().equals(RRType.CNAME) || question.type().equals(RRType.ANY);
        return wanted
            ? Optional.empty()
            : answer.stream()
                .filter(record -> record.type().equals(RRType.CNAME))
                .filter(record -> record.owner().equals(question.name()))
                .map(record -> record.rdata().asName())
                .findFirst();
      }
    }
  }

  public boolean isEmpty() {
    return records.isEmpty() && zones.isEmpty();
  }

  /** Looks a question up. */
  public Verdict judge(Question question) {
    if (isEmpty()) {
      return new Verdict.Resolve();
    }
    Optional<LocalZone> zone = zoneOf(question);
    if (zone.isPresent() && zone.get().kind() == LocalZone.Kind.REDIRECT) {
      List<ResourceRecord> data =
          records.getOrDefault(zone.get().name(), List.of()).stream()
              .map(record -> record.withOwner(question.name()))
              .toList();
      return answer(question, data, zone.get());
    }
    List<ResourceRecord> data = records.get(question.name());
    if (data != null) {
      return answer(question, data, zone.orElseGet(() -> transparent(question.name())));
    }
    if (zone.isEmpty()) {
      return new Verdict.Resolve();
    }
    return switch (zone.get().kind()) {
      case TRANSPARENT, REDIRECT -> new Verdict.Resolve();
      case STATIC -> denied(question, zone.get());
      case REFUSE ->
          new Verdict.Answer(
              Rcode.REFUSED,
              List.of(),
              List.of(),
              Optional.of(new ExtendedError(ExtendedError.BLOCKED, "")),
              "local zone " + zone.get().name() + " is refused");
      case DENY -> new Verdict.Silence();
    };
  }

  private static LocalZone transparent(Name name) {
    return new LocalZone(name, LocalZone.Kind.TRANSPARENT);
  }

  /** RFC 4035 §3.1.4.1: a DS record is of the parent's side. */
  private Optional<LocalZone> zoneOf(Question question) {
    boolean above = question.type().equals(RRType.DS) && !question.name().isRoot();
    return atOrAbove(above ? question.name().parent() : question.name());
  }

  private Optional<LocalZone> atOrAbove(Name start) {
    for (Name name = start; ; name = name.parent()) {
      LocalZone zone = zones.get(name);
      if (zone != null || name.isRoot()) {
        return Optional.ofNullable(zone);
      }
    }
  }

  private static Verdict answer(Question question, List<ResourceRecord> data, LocalZone zone) {
    RRType type = question.type();
    List<ResourceRecord> matching =
        data.stream()
            .filter(
                record ->
                    record.type().equals(type)
                        || type.equals(RRType.ANY)
                        || record.type().equals(RRType.CNAME))
            .toList();
    List<ResourceRecord> authority = matching.isEmpty() ? List.of(soa(zone.name())) : List.of();
    Optional<ExtendedError> error =
        zone.kind() == LocalZone.Kind.REDIRECT
            ? Optional.of(new ExtendedError(ExtendedError.FORGED_ANSWER, ""))
            : Optional.empty();
    return new Verdict.Answer(
        Rcode.NOERROR, matching, authority, error, "local data of " + question.name());
  }

  /** A name above others that have data exists without data (RFC 8020). */
  private Verdict denied(Question question, LocalZone zone) {
    Name name = question.name();
    boolean exists = name.equals(zone.name()) || hollow.contains(name);
    return new Verdict.Answer(
        exists ? Rcode.NOERROR : Rcode.NXDOMAIN,
        List.of(),
        List.of(soa(zone.name())),
        Optional.empty(),
        "local zone " + zone.name() + " is static");
  }

  private static ResourceRecord soa(Name zone) {
    Rdata data =
        new Soa(
                Name.parse("localhost."),
                Name.parse("nobody.invalid."),
                1,
                3600,
                1200,
                604_800,
                NEGATIVE_TTL)
            .toRdata();
    return ResourceRecord.of(zone, RRType.SOA, NEGATIVE_TTL, data);
  }
}
