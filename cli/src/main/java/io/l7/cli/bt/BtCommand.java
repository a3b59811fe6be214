package io.l7.cli.bt;

import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoException;
import io.l7.cli.Described;
import io.l7.common.json.Json;
import java.nio.charset.StandardCharsets;
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
      DhtCommand.class,
      SimCommand.class
    })
public final class BtCommand implements Described {
  /** The least that is a torrent. */
  private static final byte[] TORRENT =
      "d4:infod6:lengthi1e4:name1:x12:piece lengthi16384e6:pieces20:____________________ee"
          .getBytes(StandardCharsets.US_ASCII);

  /**
   * Does what the first torrent and the first answer of a process would wait for, while the command
   * line is read: the JVM makes classes for switches over types, and reads its security settings
   * for the first digest.
   */
  public static void prepare() {
    try {
      var infoHash = Metainfo.parse(TORRENT).info().v1Hash();
      var _ = Json.object().put("infoHash", infoHash).toString();
    } catch (MetainfoException e) {
      throw new IllegalStateException("the least torrent is none", e);
    }
  }

  @Override
  public Map<String, Supplier<CommandSpec>> described() {
    return Map.of("verify", () -> new VerifyCommand().describe());
  }
}
