package io.l7.smtp.protocol;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a server offers, as its EHLO reply tells it (RFC 5321 §4.1.1.1).
 *
 * @param keywords keyword in upper case to its parameters, as written behind the keyword
 */
public record Ehlo(Map<String, String> keywords) {
  /** A server that knows HELO alone. */
  public static final Ehlo NOTHING = new Ehlo(Map.of());

  public Ehlo {
    keywords = Map.copyOf(keywords);
  }

  /** Reads the lines behind the first of a 250 reply. */
  public static Ehlo of(Reply reply) {
    var out = new HashMap<String, String>();
    for (var line : reply.lines().subList(1, reply.lines().size())) {
      var blank = line.indexOf(' ');
      var keyword = blank < 0 ? line : line.substring(0, blank);
      out.put(keyword.toUpperCase(Locale.ROOT), blank < 0 ? "" : line.substring(blank + 1).strip());
    }
    return new Ehlo(out);
  }

  /** Whether the keyword is offered. */
  public boolean offers(String keyword) {
    return keywords.containsKey(keyword);
  }

  /** The mechanisms behind AUTH, upper case. */
  public Set<String> authMechanisms() {
    return Set.copyOf(
        List.of(keywords.getOrDefault("AUTH", "").toUpperCase(Locale.ROOT).split(" +", -1)));
  }

  /** The largest message the server takes, in octets; empty when it does not say (RFC 1870 §5). */
  public OptionalLong maxSize() {
    var size = keywords.getOrDefault("SIZE", "");
    return size.matches("[0-9]{1,18}") && !size.matches("0+")
        ? OptionalLong.of(Long.parseLong(size))
        : OptionalLong.empty();
  }

  /** RCPTMAX of the LIMITS extension (RFC 9422 §4.2). */
  public OptionalLong recipientLimit() {
    for (var word : keywords.getOrDefault("LIMITS", "").split(" +", -1)) {
      if (word.toUpperCase(Locale.ROOT).matches("RCPTMAX=[0-9]{1,6}")) {
        return OptionalLong.of(Math.max(1, Long.parseLong(word.substring(8))));
      }
    }
    return OptionalLong.empty();
  }
}
