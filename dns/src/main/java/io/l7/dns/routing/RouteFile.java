package io.l7.dns.routing;

import io.l7.common.disk.TextFile;
import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.units.AddressText;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Routed sets as text, one member a line: {@code NAME A|AAAA|CNAME DATA [weight=N]
 * [check=tcp:PORT|http:PORT/PATH] [at=HOST:PORT] [prefer=CIDR[,CIDR...]]}. The records themselves
 * stand in the zone; {@code at} dials another address than the record's for its check. {@code #}
 * starts a comment.
 */
public final class RouteFile {
  private RouteFile() {}

  private record Place(Name owner, RRType type) {}

  /**
   * Reads a file.
   *
   * @throws IOException naming file and line of what cannot be understood
   */
  public static List<RoutedSet> read(Path file) throws IOException {
    Map<Place, List<Member>> sets = new LinkedHashMap<>();
    List<String> lines = TextFile.lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceAll("#.*", "").strip();
      if (line.isEmpty()) {
        continue;
      }
      try {
        List<String> words = List.of(line.split("\\s+", -1));
        if (words.size() < 3) {
          throw new IllegalArgumentException(
              "expected: NAME TYPE DATA [weight=] [check=] [at=] [prefer=]");
        }
        var place = new Place(Name.parse(words.get(0)), RRType.parse(words.get(1)));
        sets.computeIfAbsent(place, p -> new ArrayList<>()).add(member(place, words));
      } catch (IllegalArgumentException | IOException e) {
        throw new IOException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    return sets.entrySet().stream()
        .map(e -> new RoutedSet(e.getKey().owner(), e.getKey().type(), e.getValue()))
        .toList();
  }

  private static Member member(Place place, List<String> words) throws IOException {
    Rdata rdata = RecordText.parse(place.type(), words.get(2), Name.ROOT);
    int weight = 1;
    var prefers = new ArrayList<Cidr>();
    Optional<String> check = Optional.empty();
    Optional<Endpoint> at = Optional.empty();
    for (String word : words.subList(3, words.size())) {
      int equals = word.indexOf('=');
      String value = word.substring(equals + 1);
      switch (equals < 0 ? word : word.substring(0, equals)) {
        case "weight" -> weight = Integer.parseInt(value);
        case "check" -> check = Optional.of(value);
        case "at" -> at = Optional.of(Endpoint.parse(value));
        case "prefer" -> {
          for (String block : value.split(",", -1)) {
            prefers.add(Cidr.parse(block));
          }
        }
        default -> throw new IllegalArgumentException("unknown word " + word);
      }
    }
    Optional<HealthCheck> health =
        check.isPresent() ? Optional.of(check(check.get(), at, place, rdata)) : Optional.empty();
    return new Member(rdata, weight, health, prefers);
  }

  private static HealthCheck check(String text, Optional<Endpoint> at, Place place, Rdata rdata)
      throws IOException {
    String[] parts = text.split(":", 2);
    boolean http = parts[0].equals("http");
    if (parts.length < 2 || (!http && !parts[0].equals("tcp"))) {
      throw new IllegalArgumentException("check=" + text + ": expected tcp:PORT or http:PORT/PATH");
    }
    int slash = parts[1].indexOf('/');
    int port = Integer.parseInt(slash < 0 ? parts[1] : parts[1].substring(0, slash));
    String path = slash < 0 ? "/" : parts[1].substring(slash);
    Endpoint target = at.isPresent() ? at.get() : new Endpoint(address(place.type(), rdata), port);
    String owner = place.owner().toString();
    return http
        ? new HealthCheck.Http(target, owner.substring(0, owner.length() - 1), path)
        : new HealthCheck.Tcp(target);
  }

  private static String address(RRType type, Rdata rdata) throws IOException {
    if (type.equals(RRType.A) || type.equals(RRType.AAAA)) {
      return AddressText.of(InetAddress.getByAddress(rdata.toWire()));
    }
    throw new IllegalArgumentException("a check of " + type + " needs at=HOST:PORT");
  }
}
