package io.l7.dns.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.testkit.Seeded;
import io.l7.dns.message.Flags;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.tsig.TsigAlgorithm;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data that a client with a key may put into a zone, whatever it is. */
class OddRecordsTest {
  private static final Name TEST = Name.parse("test.");
  private static final TsigKey KEY =
      new TsigKey(Name.parse("k."), TsigAlgorithm.HMAC_SHA256, new byte[] {1});

  @TempDir private Path folder;

  private static Optional<Message> update(RRType type, Rdata rdata) {
    var record = ResourceRecord.of(Name.parse("odd.test."), type, 60, rdata);
    var message =
        new Message(
            1,
            Opcode.UPDATE,
            Rcode.NOERROR,
            Flags.NONE,
            List.of(Question.of(TEST, RRType.SOA)),
            List.of(),
            List.of(record),
            List.of(),
            Optional.empty());
    try {
      return Optional.of(MessageReader.read(MessageWriter.write(message)));
    } catch (MalformedMessageException | IllegalArgumentException e) {
      return Optional.empty(); // it does not get as far
    }
  }

  private static Rdata random(RandomGenerator random) {
    var data = new byte[random.nextInt(40)];
    random.nextBytes(data);
    if (data.length > 0 && random.nextBoolean()) {
      data[0] = (byte) random.nextInt(8);
    }
    return Rdata.of(data);
  }

  @Test
  void aZoneWithThemCanBeWrittenAndReadAgain() throws IOException {
    var random = Seeded.random("OddRecordsTest");
    for (var code = 1; code < 300; code++) {
      var type = new RRType(code);
      for (var i = 0; i < 30; i++) {
        var rdata = random(random);
        var message = update(type, rdata);
        if (message.isEmpty()) {
          continue;
        }
        var live = new LiveZone(ZoneText.parse("test.", ""));
        try (var writer =
            new ZoneWriter(
                live,
                UpdatePolicy.allowing(List.of(KEY)),
                ZoneWriter.Upkeep.none(),
                Optional.empty(),
                ZoneWriter.Checkpoint.never())) {
          var rcode = writer.update(message.get(), Optional.of(KEY));
          assertThat(rcode).as("%s %s", type, rdata).isNotEqualTo(Rcode.SERVFAIL);
          if (rcode.equals(Rcode.NOERROR)) {
            var file = folder.resolve("odd.zone");
            ZoneFile.write(file, live.zone());
            var again = ZoneFile.load(file, TEST, ZoneLimits.defaults());
            assertThat(ZoneDelta.between(live.zone(), again).size())
                .as("%s %s", type, rdata)
                .isEqualTo(2);
          }
        }
      }
    }
  }
}
