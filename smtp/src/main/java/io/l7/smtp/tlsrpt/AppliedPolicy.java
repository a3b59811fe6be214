package io.l7.smtp.tlsrpt;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a domain demanded of a session (RFC 8460 §4.4, "policy").
 *
 * @param domain against which it is defined: the recipients', or of TLSA records the host's
 * @param text its lines, or the records
 * @param hosts that it names
 */
public record AppliedPolicy(Type type, String domain, List<String> text, List<String> hosts) {
  /** Where it comes from. */
  public enum Type {
    TLSA,
    STS,
    NO_POLICY_FOUND;

    /** As it stands in a report. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Type> of(String word) {
      return Arrays.stream(values()).filter(t -> t.word().equals(word)).findFirst();
    }
  }

  public AppliedPolicy {
    text = List.copyOf(text);
    hosts = List.copyOf(hosts);
  }

  /** The domain demands nothing. */
  public static AppliedPolicy none(String domain) {
    return new AppliedPolicy(Type.NO_POLICY_FOUND, domain, List.of(), List.of());
  }
}
