package io.l7.smtp.policy;

import io.l7.common.disk.TextFile;
import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Domains;
import io.l7.smtp.address.Mailbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Other names of mailboxes: lines {@code name: target, target}, {@code name@domain: target}, and
 * {@code @domain: target} for everything else of a domain. A name without a domain belongs to the
 * first local domain.
 *
 * @param targets canonical alias, or {@code @domain}, to addresses
 */
public record Aliases(Map<String, List<Mailbox>> targets) {
  /** No aliases. */
  public static final Aliases NONE = new Aliases(Map.of());

  public Aliases {
    targets = Map.copyOf(targets);
  }

  /** Reads a file; throws {@link IOException} with the line's number where the file is wrong. */
  public static Aliases read(Path file, String defaultDomain) throws IOException {
    var out = new LinkedHashMap<String, List<Mailbox>>();
    var number = 0;
    for (var line : TextFile.lines(file)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      var colon = line.indexOf(':');
      try {
        if (colon < 1) {
          throw new IOException(file + ":" + number + ": a colon is missing");
        }
        var list = new ArrayList<Mailbox>();
        for (var target : line.substring(colon + 1).split(",", -1)) {
          list.add(Mailbox.parse(complete(target.strip(), defaultDomain)));
        }
        out.put(key(line.substring(0, colon).strip(), defaultDomain), List.copyOf(list));
      } catch (AddressSyntaxException e) {
        throw new IOException(file + ":" + number + ": " + e.getMessage(), e);
      }
    }
    return new Aliases(out);
  }

  private static String key(String name, String defaultDomain) throws AddressSyntaxException {
    return name.startsWith("@")
        ? "@" + Domains.canonical(name.substring(1))
        : Mailbox.parse(complete(name, defaultDomain)).canonical();
  }

  private static String complete(String name, String defaultDomain) {
    return name.indexOf('@') < 0 ? name + "@" + defaultDomain : name;
  }
}
