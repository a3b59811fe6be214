package io.l7.smtp.sts;

import io.l7.common.disk.Disk;
import io.l7.smtp.kept.KeptFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps policies on the disk, a file a domain: who forgot them at a restart could be talked out of
 * them by whoever holds up DNS. Written behind; a policy that finds no room is still known until
 * the end of the run. Thread-safe.
 */
final class PolicyStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyStore.class);

  /** What a policy's file has at most: its text and a line above it. */
  private static final int MOST_OCTETS = PolicyFetcher.MOST_OCTETS + 128;

  /** Of each file's name, behind the domain; one that is not finished yet has another. */
  private static final String SUFFIX = ".policy";

  /** No domain that DNS knows has another form; none of them leaves the folder. */
  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9]{1,32}) (\\d{1,12})\n(.*)", Pattern.DOTALL);

  private final KeptFiles files;

  /**
   * A policy as it was fetched.
   *
   * @param id under which it was announced
   * @param fetched when
   */
  record Fetched(String id, Instant fetched, String text, StsPolicy policy) {
    /** Until when it may be relied on. */
    Instant expires() {
      return fetched.plus(policy.maxAge());
    }
  }

  PolicyStore(Disk disk, Path folder) {
    this.files = new KeptFiles("MTA-STS policies", disk, folder);
  }

  /** What an earlier run left; what cannot be read is told of and passed over. */
  Map<String, Fetched> load() throws IOException {
    var out = new LinkedHashMap<String, Fetched>();
    files
        .load(name -> name.endsWith(SUFFIX), MOST_OCTETS)
        .forEach(
            (name, octets) ->
                read(new String(octets, StandardCharsets.UTF_8))
                    .ifPresentOrElse(
                        policy ->
                            out.put(name.substring(0, name.length() - SUFFIX.length()), policy),
                        () -> LOG.warn("{} holds no MTA-STS policy that can be read", name)));
    return out;
  }

  private static Optional<Fetched> read(String text) {
    var m = FORM.matcher(text);
    return m.matches()
        ? StsPolicy.parse(m.group(3))
            .map(
                policy ->
                    new Fetched(
                        m.group(1),
                        Instant.ofEpochSecond(Long.parseLong(m.group(2))),
                        m.group(3),
                        policy))
        : Optional.empty();
  }

  void keep(String domain, Fetched policy) {
    if (DOMAIN.matcher(domain).matches()) {
      var text = policy.id() + " " + policy.fetched().getEpochSecond() + "\n" + policy.text();
      files.put(domain + SUFFIX, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  void forget(String domain) {
    if (DOMAIN.matcher(domain).matches()) {
      files.remove(domain + SUFFIX);
    }
  }

  @Override
  public void close() {
    files.close();
  }
}
