package io.l7.cli.bt;

import io.l7.bittorrent.metainfo.Digests;
import io.l7.cli.Described;
import io.l7.common.json.Json;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The group {@code l7 bt}. */
@Command(
    mixinStandardHelpOptions = true,
    name = "bt",
    description = "BitTorrent: create, track, get, seed, simulate.",
    subcommands = {
      CreateCommand.class,
      InfoCommand.class,
      TrackCommand.class,
      GetCommand.class,
      SeedCommand.class,
      SimCommand.class
    })
public final class BtCommand implements Described {
  /**
   * Does what the first digest and the first answer of a process would wait for, while the command
   * line is read: the JVM reads its security settings, and makes classes for switches over types.
   */
  public static void prepare() {
    var digest = Digests.sha1().digest();
    var _ = Json.object().put("digest", digest.length).toString();
  }

  @Override
  public Map<String, Supplier<CommandSpec>> described() {
    return Map.of("verify", () -> new VerifyCommand().describe());
  }
}
