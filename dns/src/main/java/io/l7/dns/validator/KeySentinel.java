package io.l7.dns.validator;

import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.ResourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets clients find out which keys of the root are trusted here, by names that then fail on purpose
 * (RFC 8509).
 */
final class KeySentinel {
  private static final Pattern LABEL = Pattern.compile("root-key-sentinel-(is|not)-ta-(\\d{5})");

  private final Set<Integer> trusted = new HashSet<>();

  KeySentinel(List<ResourceRecord> anchors) {
    for (ResourceRecord anchor : anchors) {
      if (anchor.owner().equals(Name.ROOT)) {
        trusted.add(
            anchor.type().equals(RRType.DS)
                ? new Ds(anchor.rdata()).keyTag()
                : new Dnskey(anchor.rdata()).keyTag());
      }
    }
  }

  /** Whether the answer is to be withheld. */
  boolean denies(Question question, Response response) {
    boolean address = question.type().equals(RRType.A) || question.type().equals(RRType.AAAA);
    if (!address
        || response.security() != Security.SECURE
        || question.name().isRoot()
        || trusted.isEmpty()) {
      return false;
    }
    String label =
        new String(question.name().label(0), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    Matcher matcher = LABEL.matcher(label);
    if (!matcher.matches()) {
      return false;
    }
    boolean isTrusted = trusted.contains(Integer.parseInt(matcher.group(2)));
    return matcher.group(1).equals("is") != isTrusted;
  }
}
