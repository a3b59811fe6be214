package io.l7.dns.service;

import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.local.LocalDataFile;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.Soa;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * AAAA records made of A records (RFC 6147), for clients that have IPv6 alone and a NAT64 on their
 * way out. Immutable.
 */
public final class Dns64 {
  /** The Well-Known Prefix (RFC 6052 §2.1). */
  public static final String WELL_KNOWN = "64:ff9b::/96";

  private static final byte[] WELL_KNOWN_PREFIX = InetAddress.ofLiteral("64:ff9b::").getAddress();
  private static final Name ARPA = Name.parse("ip6.arpa.");
  private static final Set<Integer> LENGTHS = Set.of(32, 40, 48, 56, 64, 96); // RFC 6052 §2.2

  /** The octet of bits 64 to 71, which is zero whatever the prefix (RFC 6052 §2.2). */
  private static final int GAP = 8;

  /** RFC 6147 §5.1.7: where nothing says for how long there is no AAAA record. */
  private static final long OTHERWISE = 600;

  private final byte[] prefix;
  private final int octets;
  private final boolean isWellKnown;

  private Dns64(byte[] prefix, int octets, boolean isWellKnown) {
    this.prefix = prefix;
    this.octets = octets;
    this.isWellKnown = isWellKnown;
  }

  /**
   * Makes addresses in this prefix.
   *
   * @param text as {@code 2001:db8:64::/96}; 32, 40, 48, 56, 64 or 96 bits long
   * @throws IllegalArgumentException it is none; the message says what one is
   */
  public static Dns64 in(String text) {
    byte[] address;
    int bits;
    try {
      int slash = text.indexOf('/');
      address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
      bits = slash < 0 ? 0 : Integer.parseInt(text.substring(slash + 1));
    } catch (IllegalArgumentException e) { // of numbers too
      throw none(text, e);
    }
    if (address.length != 16 || !LENGTHS.contains(bits)) {
      throw none(text, null);
    }
    byte[] prefix = Arrays.copyOf(Arrays.copyOf(address, bits / 8), 16);
    if (prefix[GAP] != 0) {
      throw new IllegalArgumentException(text + ": bits 64 to 71 are zero (RFC 6052 §2.2)");
    }
    return new Dns64(prefix, bits / 8, bits == 96 && Arrays.equals(prefix, WELL_KNOWN_PREFIX));
  }

  private static IllegalArgumentException none(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        text + ": an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits, as " + WELL_KNOWN, cause);
  }

  /** The address that stands for one of IPv4 (RFC 6052 §2.2). */
  InetAddress of(InetAddress four) {
    byte[] out = prefix.clone();
    int at = octets;
    for (byte octet : four.getAddress()) {
      at += at == GAP ? 1 : 0;
      out[at++] = octet;
    }
    return address(out);
  }

  /** An answer to a question for the name of an address made here: that of the true one. */
  Response named(Name asked, Name four, Response found) {
    var answer = new ArrayList<RRset>();
    answer.add(RRset.of(asked, RRType.CNAME, OTHERWISE, List.of(Rdata.name(four))));
    answer.addAll(found.answer());
    return found
        .withSections(answer, found.authority(), found.additional())
        .withSecurity(Security.INSECURE);
  }

  /**
   * An answer for a client, with AAAA records where there are only those of IPv4.
   *
   * @param plain what there is
   * @param ask for more, at the same resolver
   */
  Response applied(Question question, Response plain, Function<Question, Optional<Response>> ask) {
    boolean concerns =
        question.type().equals(RRType.AAAA)
            && question.rrclass().equals(RRClass.IN)
            && !plain.rcode().equals(Rcode.NXDOMAIN); // RFC 6147 §5.1.2
    if (!concerns || plain.answer().stream().anyMatch(Dns64::isReal)) {
      return plain;
    }
    Optional<Response> four =
        ask.apply(new Question(question.name(), RRType.A, question.rrclass()))
            .filter(found -> found.rcode().equals(Rcode.NOERROR));
    List<RRset> made = four.map(found -> made(found.answer(), ttl(plain))).orElse(List.of());
    if (made.stream().noneMatch(set -> set.type().equals(RRType.AAAA))) {
      return plain;
    }
    return new Response(
        Rcode.NOERROR, made, List.of(), List.of(), Security.INSECURE, four.get().errors());
  }

  /** RFC 6147 §5.1.4: addresses of IPv4 in disguise are of no use to who has IPv6 alone. */
  private static boolean isReal(RRset set) {
    return set.type().equals(RRType.AAAA)
        && set.rdata().stream()
            .map(Rdata::asAddress)
            .anyMatch(each -> each.getAddress().length == 16);
  }

  private static long ttl(Response denial) {
    return denial
        .authority(RRType.SOA)
        .flatMap(set -> set.records().stream())
        .mapToLong(soa -> Math.min(soa.ttl(), Soa.of(soa.rdata()).minimum()))
        .min()
        .orElse(OTHERWISE);
  }

  /** Aliases as they are, addresses with ours in their place; what is made is not signed. */
  private List<RRset> made(List<RRset> answer, long most) {
    var out = new ArrayList<RRset>();
    for (RRset set : answer) {
      if (!set.type().equals(RRType.A)) {
        out.add(set);
        continue;
      }
      List<Rdata> made =
          set.rdata().stream()
              .map(Rdata::asAddress)
              .filter(this::mayStand)
              .map(four -> Rdata.address(of(four)))
              .toList();
      if (!made.isEmpty()) {
        out.add(RRset.of(set.owner(), RRType.AAAA, Math.min(set.ttl(), most), made));
      }
    }
    return out;
  }

  /** RFC 6052 §3.1: the Well-Known Prefix stands for addresses of the whole Internet alone. */
  private boolean mayStand(InetAddress four) {
    return !isWellKnown
        || Stream.of(
                four.isSiteLocalAddress(),
                four.isLoopbackAddress(),
                four.isLinkLocalAddress(),
                four.isMulticastAddress(),
                four.isAnyLocalAddress())
            .noneMatch(each -> each);
  }

  /**
   * The name under {@code in-addr.arpa} that one under {@code ip6.arpa} stands for, where that is
   * of an address made here (RFC 6147 §5.3.1).
   */
  Optional<Name> reverse(Name name) {
    if (name.labels() != 34 || !name.last(2).equals(ARPA)) {
      return Optional.empty();
    }
    var address = new byte[16];
    for (int i = 0; i < 32; i++) {
      byte[] label = name.label(31 - i);
      int digit = label.length == 1 ? Character.digit((char) label[0], 16) : -1;
      if (digit < 0) {
        return Optional.empty();
      }
      address[i / 2] |= (byte) (i % 2 == 0 ? digit << 4 : digit);
    }
    var four = new byte[4];
    int at = octets;
    for (int i = 0; i < four.length; i++) {
      at += at == GAP ? 1 : 0;
      four[i] = address[at++];
    }
    InetAddress host = address(four);
    return Arrays.equals(of(host).getAddress(), address)
        ? Optional.of(LocalDataFile.reverse(host))
        : Optional.empty();
  }

  private static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("no address has " + octets.length + " octets", e);
    }
  }
}
