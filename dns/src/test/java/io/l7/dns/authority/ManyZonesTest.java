package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.time.Scheduler;
import io.l7.dns.message.Name;
import io.l7.dns.update.UpdatePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Zones that are read side by side. */
@Timeout(60)
class ManyZonesTest {
  @TempDir private Path folder;

  private List<HostedZones.ZoneSource> sources(int count) throws IOException {
    var sources = new ArrayList<HostedZones.ZoneSource>();
    for (int i = 0; i < count; i++) {
      Path file = Served.file(folder, "z" + i + ".", "$GENERATE 1-50 h$ A 192.0.2.$\n");
      sources.add(new HostedZones.ZoneSource(Name.parse("z" + i + "."), file));
    }
    return sources;
  }

  private HostedZones open(List<HostedZones.ZoneSource> sources) throws IOException {
    var options =
        new HostedZones.Options(
            sources,
            List.of(),
            List.of(Served.KEY),
            UpdatePolicy.allowing(List.of(Served.KEY)),
            AccessList.nobody(),
            Optional.empty(),
            Optional.of(folder.resolve("keys")),
            List.of(),
            Optional.empty(),
            Optional.empty());
    return HostedZones.open(options, Scheduler.real());
  }

  @Test
  void eachIsServedAndSignedByKeysOfItsOwn() throws IOException {
    var sources = sources(20);
    try (var zones = open(sources)) {
      assertThat(zones.zones().all()).hasSize(20);
      for (var source : sources) {
        var zone = zones.primary(source.origin()).orElseThrow().live().zone();
        assertThat(zone.isSigned()).isTrue();
        assertThat(zone.names()).isEqualTo(52);
      }
    }
    assertThat(folder.resolve("keys").toFile().list()).hasSize(20 * 4);
  }

  @Test
  void oneThatIsBrokenIsNamedAndLetsGoOfTheOthers() throws IOException {
    var sources = sources(8);
    var whole = Files.readString(sources.get(3).file());
    Files.writeString(sources.get(3).file(), whole + "h A 192.0.2\n");
    Files.writeString(sources.get(6).file(), whole + "h A 192.0.2\n");
    assertThatThrownBy(() -> open(sources))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("z3.zone");
    Files.writeString(sources.get(3).file(), whole);
    Files.writeString(sources.get(6).file(), whole);
    try (var zones = open(sources)) { // no lock and no journal is held by the first try
      assertThat(zones.zones().all()).hasSize(8);
    }
  }

  @Test
  void oneThatIsGivenTwiceIsRefusedBeforeAnyIsRead() throws IOException {
    var sources = sources(1);
    sources.add(sources.getFirst());
    assertThatThrownBy(() -> open(sources)).hasMessage("zone z0. is given twice");
    assertThat(folder.resolve("keys")).doesNotExist();
  }
}
