package io.l7.dns.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The OPT pseudo-record (RFC 6891 §6.1).
 *
 * @param udpSize octets the sender can take over UDP, 0 to 65,535 as sent
 * @param version 0 to 255
 * @param flags the 16 bits of the extended flags, DO being 0x8000
 */
public record Edns(int udpSize, int version, int flags, List<EdnsOption> options) {
  /** The DO bit (RFC 3225). */
  public static final int DO = 0x8000;

  public Edns {
    options = List.copyOf(options);
  }

  /** Version 0 without flags and options. */
  public static Edns ofSize(int udpSize) {
    return new Edns(udpSize, 0, 0, List.of());
  }

  public boolean dnssecOk() {
    return (flags & DO) != 0;
  }

  public Edns withDnssecOk() {
    return new Edns(udpSize, version, flags | DO, options);
  }

  public Edns withOption(EdnsOption option) {
    var more = new ArrayList<>(options);
    more.add(option);
    return new Edns(udpSize, version, flags, more);
  }

  public Edns withError(ExtendedError error) {
    return withOption(error.toOption());
  }

  public Optional<EdnsOption> option(int code) {
    return options.stream().filter(option -> option.code() == code).findFirst();
  }

  /** The extended errors carried, in order (RFC 8914). */
  public List<ExtendedError> errors() {
    return options.stream()
        .filter(o -> o.code() == EdnsOption.EXTENDED_ERROR && o.length() >= 2)
        .map(ExtendedError::of)
        .toList();
  }

  /** Octets of the OPT record on the wire. */
  public int wireLength() {
    int octets = 11;
    for (EdnsOption option : options) {
      octets += 4 + option.length();
    }
    return octets;
  }
}
