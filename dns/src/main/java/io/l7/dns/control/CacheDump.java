package io.l7.dns.control;

import io.l7.dns.cache.CachedResponse;
import io.l7.dns.cache.CachedSet;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What is in the cache as zone text: record sets, answers, and as comments what is known not to be.
 */
final class CacheDump {
  private static final int CHUNK = 16_384;

  private final DnsCache cache;
  private final long now;

  private record Entry(Name owner, Consumer<StringBuilder> printer) {}

  CacheDump(DnsCache cache, long now) {
    this.cache = cache;
    this.now = now;
  }

  /** Writes what is at and below a name, in the order of names. */
  void write(Name under, OutputStream out) throws IOException {
    var sets = cache.sets(now).map(set -> new Entry(set.set().owner(), text -> print(set, text)));
    var responses =
        cache
            .responses(now)
            .map(
                cached ->
                    new Entry(
                        cached.getKey().name(),
                        text -> print(cached.getKey(), cached.getValue(), text)));
    var entries =
        Stream.concat(sets, responses)
            .filter(entry -> entry.owner.isSubdomainOf(under))
            .sorted(Comparator.comparing(Entry::owner))
            .iterator();
    var text = new StringBuilder();
    while (entries.hasNext()) {
      entries.next().printer.accept(text);
      if (text.length() > CHUNK || !entries.hasNext()) {
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
      }
    }
  }

  private void print(CachedSet cached, StringBuilder text) {
    print(lower(cached.credibility()) + ", " + lower(cached.security()), cached.at(now), text);
  }

  private void print(Question question, CachedResponse cached, StringBuilder text) {
    Response response = cached.at(now);
    String security = lower(response.security());
    boolean failure =
        !response.rcode().equals(Rcode.NOERROR) && !response.rcode().equals(Rcode.NXDOMAIN);
    if (failure || response.isNegative() || response.answer().isEmpty()) {
      String status =
          response.rcode().equals(Rcode.NOERROR) ? "NODATA" : response.rcode().toString();
      text.append("; ").append(status).append(", ").append(security);
      text.append(": ").append(question.name()).append(' ').append(question.type());
      text.append(' ').append(cached.expiresAt() - now).append('\n');
      return;
    }
    response.answer().stream()
        // An alias stands there as a set of its own.
        .filter(set -> cache.set(set.owner(), set.type(), now).isEmpty())
        .forEach(set -> print("answer, " + security, set, text));
  }

  private static void print(String known, RRset set, StringBuilder text) {
    text.append("; ").append(known).append('\n');
    for (ResourceRecord record : set.recordsWithSignatures()) {
      text.append(record).append('\n');
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
