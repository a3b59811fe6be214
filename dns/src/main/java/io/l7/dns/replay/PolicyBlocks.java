package io.l7.dns.replay;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.policy.Policies;
import io.l7.dns.policy.PolicyAction;
import io.l7.dns.policy.PolicyZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The {@code rpz:} blocks of a scenario, whose zones come along with it. */
final class PolicyBlocks {
  private static final String TTL = "$TTL 3600\n";

  /** Unbound takes zones without one. */
  private static final String SOA = "@ SOA . . 1 3600 600 86400 60\n";

  private final Map<String, String> files;
  private final List<Block> blocks = new ArrayList<>();

  private static final class Block {
    Name name = Name.ROOT;
    String file = "";
    Optional<PolicyAction> override = Optional.empty();
  }

  PolicyBlocks(Map<String, String> files) {
    this.files = files;
  }

  void open() {
    blocks.add(new Block());
  }

  /** Takes a setting; what is not known is returned. */
  Optional<String> take(String key, String value) {
    Block block = blocks.getLast();
    switch (key) {
      case "name" -> block.name = Name.parse(value);
      case "zonefile" -> block.file = value.replace("TEMPFILE_NAME", "").trim();
      case "rpz-action-override" -> {
        if (!value.equals("cname")) {
          block.override = Optional.of(action(value));
        }
      }
      case "rpz-cname-override" ->
          block.override =
              Optional.of(
                  new PolicyAction.LocalData(
                      List.of(
                          RRset.of(
                              Name.ROOT,
                              RRType.CNAME,
                              3600,
                              List.of(Rdata.name(Name.parse(value)))))));
      case "rpz-log", "rpz-log-name" -> {}
      default -> {
        return Optional.of("key " + key);
      }
    }
    return Optional.empty();
  }

  private static PolicyAction action(String word) {
    return PolicyAction.Plain.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  Policies policies() {
    var policies =
        new Policies(blocks.stream().map(block -> block.name).toList(), Policies.Signed.REWRITTEN);
    for (Block block : blocks) {
      policies.put(new PolicyZone(zone(block), block.override));
    }
    return policies;
  }

  private Zone zone(Block block) {
    try {
      Path file = Files.createTempFile("policy", ".zone");
      try {
        String text = files.getOrDefault(block.file, "");
        Files.writeString(file, (text.contains("SOA") ? TTL : TTL + SOA) + text);
        return ZoneFile.load(file, block.name, ZoneLimits.defaults());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
