package io.l7.dns.dnssec;

import io.l7.common.disk.Disk;
import io.l7.dns.message.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder with the keys of a zone that is signed here. A key signing and a zone signing key are
 * made as one: a crash at any moment leaves both or none. (A zone of one key alone is in order too,
 * so what is missing could not be told from what is wanted so.)
 *
 * <p>The private file of the zone signing key waits under the name {@code
 * Kzone.+013+11111.private.with22222} until that of the key signing key with the tag 22222 is there
 * and durable; that is the moment in which both are. What waits for a key that never came is thrown
 * away at the next start.
 */
public final class KeyFolder {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFolder.class);

  private static final String WAITING = ".private.with";

  private final Disk disk;
  private final Path folder;
  private final Name zone;

  KeyFolder(Disk disk, Path folder, Name zone) {
    this.disk = disk;
    this.folder = folder;
    this.zone = zone;
  }

  /**
   * Reads a zone's pairs, or makes a key signing and a zone signing key when there are none. They
   * are durable then.
   *
   * @throws IOException when the folder cannot be made, read or written, or a file is no key
   */
  public static List<SigningKey> readOrMake(
      Path folder, Name zone, DnssecAlgorithm algorithm, SecureRandom random) throws IOException {
    return new KeyFolder(Disk.real(), folder, zone).readOrMake(algorithm, random);
  }

  List<SigningKey> readOrMake(DnssecAlgorithm algorithm, SecureRandom random) throws IOException {
    disk.createDirectories(folder);
    List<SigningKey> found = BindKeyPair.readAll(folder, zone);
    if (settle(found)) {
      found = BindKeyPair.readAll(folder, zone);
    }
    return found.isEmpty() ? make(algorithm, random) : found;
  }

  /** Ends what a crash broke off; whether there are more keys now. */
  private boolean settle(List<SigningKey> found) throws IOException {
    List<Path> waiting = waiting();
    boolean more = false;
    for (Path file : waiting) {
      String name = file.getFileName().toString();
      String base = name.substring(0, name.indexOf(WAITING));
      if (found.stream().anyMatch(key -> name.equals(waiting(base, key)))) {
        disk.move(file, folder.resolve(base + ".private"));
        more = true;
      } else {
        disk.delete(file);
        Path publicFile = folder.resolve(base + ".key");
        if (disk.exists(publicFile)) {
          disk.delete(publicFile);
        }
      }
    }
    if (!waiting.isEmpty()) {
      disk.syncDirectory(folder);
    }
    return more;
  }

  private List<Path> waiting() throws IOException {
    String start = BindKeyPair.prefix(zone);
    var all = new ArrayList<Path>();
    try (var found = Files.newDirectoryStream(folder, "K*" + WAITING + "*")) {
      found.forEach(all::add);
    }
    all.removeIf(file -> !file.getFileName().toString().startsWith(start));
    return all;
  }

  private static String waiting(String base, SigningKey other) {
    return base + WAITING + other.dnskey().keyTag();
  }

  private List<SigningKey> make(DnssecAlgorithm algorithm, SecureRandom random) throws IOException {
    SigningKey ksk = generate(algorithm, SigningKey.Role.KSK, random);
    SigningKey zsk = generate(algorithm, SigningKey.Role.ZSK, random);
    while (zsk.dnskey().keyTag() == ksk.dnskey().keyTag()) {
      zsk = generate(algorithm, SigningKey.Role.ZSK, random);
    }
    String base = BindKeyPair.baseName(zone, zsk.dnskey());
    Path waiting = folder.resolve(waiting(base, ksk));
    BindKeyPair.writeSecret(disk, waiting, zsk);
    BindKeyPair.writePublic(disk, folder, zone, zsk); // syncs the folder, for both of its files
    BindKeyPair.write(disk, folder, zone, ksk);
    disk.move(waiting, folder.resolve(base + ".private"));
    disk.syncDirectory(folder);
    LOG.info(
        "zone {}: key signing key {} and zone signing key {} made in {}",
        zone,
        ksk.dnskey().keyTag(),
        zsk.dnskey().keyTag(),
        folder);
    return List.of(ksk, zsk);
  }

  private SigningKey generate(
      DnssecAlgorithm algorithm, SigningKey.Role role, SecureRandom random) {
    return BindKeyPair.generate(folder, zone, algorithm, role, random);
  }
}
