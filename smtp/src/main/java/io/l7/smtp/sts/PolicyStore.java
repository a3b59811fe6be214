package io.l7.smtp.sts;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskPool;
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
 * them by whoever holds up DNS. Written behind, in order; a policy that finds no room is still
 * known until the end of the run. Thread-safe.
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

  private final Disk disk;
  private final Path folder;
  private final DiskPool pool = new DiskPool("l7-smtp-mta-sts", 1);

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
    this.disk = disk;
    this.folder = folder;
  }

  /** What an earlier run left; what cannot be read is told of and passed over. */
  Map<String, Fetched> load() throws IOException {
    return pool.call(
        () -> {
          disk.createDirectories(folder);
          var above = folder.toAbsolutePath().getParent();
          if (above != null) {
            disk.syncDirectory(above);
          }
          var out = new LinkedHashMap<String, Fetched>();
          for (var file : disk.list(folder)) {
            var name = file.getFileName().toString();
            if (name.endsWith(SUFFIX)) {
              var domain = name.substring(0, name.length() - SUFFIX.length());
              read(file).ifPresent(policy -> out.put(domain, policy));
            }
          }
          return out;
        });
  }

  private Optional<Fetched> read(Path file) {
    try {
      var text = new String(disk.readAll(file, MOST_OCTETS), StandardCharsets.UTF_8);
      var m = FORM.matcher(text);
      var found =
          m.matches()
              ? StsPolicy.parse(m.group(3))
                  .map(
                      policy ->
                          new Fetched(
                              m.group(1),
                              Instant.ofEpochSecond(Long.parseLong(m.group(2))),
                              m.group(3),
                              policy))
              : Optional.<Fetched>empty();
      if (found.isEmpty()) {
        LOG.warn("{} holds no MTA-STS policy that can be read", file);
      }
      return found;
    } catch (IOException e) {
      LOG.warn("{} cannot be read", file, e);
      return Optional.empty();
    }
  }

  void keep(String domain, Fetched policy) {
    var text = policy.id() + " " + policy.fetched().getEpochSecond() + "\n" + policy.text();
    behind(domain, () -> disk.replace(file(domain), text.getBytes(StandardCharsets.UTF_8)));
  }

  void forget(String domain) {
    behind(
        domain,
        () -> {
          if (disk.exists(file(domain))) {
            disk.delete(file(domain));
          }
        });
  }

  private Path file(String domain) {
    return folder.resolve(domain + SUFFIX);
  }

  private interface Change {
    void make() throws IOException;
  }

  private void behind(String domain, Change change) {
    if (!DOMAIN.matcher(domain).matches()) {
      return;
    }
    var _ =
        pool.submit(
            () -> {
              try {
                change.make();
              } catch (IOException | RuntimeException e) {
                LOG.error("the MTA-STS policy of {} cannot be written down", domain, e);
              }
            });
  }

  @Override
  public void close() {
    pool.close();
  }
}
