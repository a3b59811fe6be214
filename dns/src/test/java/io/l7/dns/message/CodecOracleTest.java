package io.l7.dns.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.common.testkit.Conformance;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Section;

/** This codec beside dnsjava's: what one writes the other reads as the same. */
class CodecOracleTest {
  private static final int MESSAGES = 2_000;

  private static final String[] TEXTS = {
    "A 192.0.2.%d",
    "AAAA 2001:db8::%d",
    "NS ns%d.example.",
    "CNAME target%d.example.",
    "MX %d mail.example.",
    "TXT \"number %d\" \"and more\"",
    "SOA ns.example. admin.example. %d 2 3 4 5",
    "SRV 1 2 %d host.example.",
    "PTR p%d.example.",
    "DS %d 13 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF",
    "NSEC n%d.example. A MX RRSIG NSEC TYPE65280",
    "CAA 0 issue \"ca%d.example\"",
    "DNAME d%d.example.",
    "DNSKEY 256 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
  };

  private static Message random(RandomGenerator random) {
    Question question = Question.of(name(random), RRType.A);
    Message message =
        Message.responseTo(Message.query(random.nextInt(0x10000), question), Rcode.NOERROR)
            .with(Flag.AA)
            .withSections(records(random), records(random), records(random));
    return random.nextBoolean() ? message : message.withEdns(Edns.ofSize(1232).withDnssecOk());
  }

  private static Name name(RandomGenerator random) {
    return Name.parse("h" + random.nextInt(5) + (random.nextBoolean() ? ".Sub" : "") + ".example");
  }

  private static List<ResourceRecord> records(RandomGenerator random) {
    var records = new ArrayList<ResourceRecord>();
    for (int i = random.nextInt(6); i > 0; i--) {
      String text = TEXTS[random.nextInt(TEXTS.length)].formatted(1 + random.nextInt(200));
      String line = name(random) + " " + random.nextInt(100_000) + " IN " + text;
      records.add(RecordText.parseRecord(line, Name.ROOT, 0));
    }
    return records;
  }

  @Test
  void whatEitherWritesTheOtherReads() throws Exception {
    RandomGenerator random = Seeded.random("codec beside dnsjava");
    for (int i = 0; i < MESSAGES; i++) {
      Message message = random(random);
      var read = new org.xbill.DNS.Message(MessageWriter.write(message, MessageWriter.MAX_OCTETS));
      assertSame(message, read);
      assertSame(MessageReader.read(read.toWire(0xffff)), read);
    }
  }

  private static void assertSame(Message ours, org.xbill.DNS.Message theirs) {
    assertThat(ours.id()).isEqualTo(theirs.getHeader().getID());
    assertThat(ours.rcode().code() & 15).isEqualTo(theirs.getHeader().getRcode());
    assertThat(texts(ours.answer())).isEqualTo(theirTexts(theirs, Section.ANSWER));
    assertThat(texts(ours.authority())).isEqualTo(theirTexts(theirs, Section.AUTHORITY));
    assertThat(texts(ours.additional())).isEqualTo(theirTexts(theirs, Section.ADDITIONAL));
  }

  private static List<String> texts(List<ResourceRecord> records) {
    return records.stream()
        .map(
            record ->
                record.owner()
                    + " "
                    + record.ttl()
                    + " "
                    + record.type().code()
                    + " "
                    + HexFormat.of()
                        .formatHex(RdataLayout.canonical(record.type(), record.rdata()).toWire()))
        .toList();
  }

  private static List<String> theirTexts(org.xbill.DNS.Message message, int section) {
    return message.getSection(section).stream()
        .filter(record -> record.getType() != org.xbill.DNS.Type.OPT)
        .map(
            record ->
                record.getName()
                    + " "
                    + record.getTTL()
                    + " "
                    + record.getType()
                    + " "
                    + HexFormat.of().formatHex(rdata(record)))
        .toList();
  }

  private static byte[] rdata(org.xbill.DNS.Record record) {
    Rdata data = Rdata.of(record.rdataToWireCanonical());
    return RdataLayout.canonical(new RRType(record.getType()), data).toWire();
  }

  @Test
  void bothReadTheVectorsAlike() throws IOException {
    Path folder = Conformance.folder("dns").orElse(null);
    assumeTrue(folder != null, "no conformance data");
    int read = 0;
    var alone = new ArrayList<String>();
    try (var files = Files.list(folder.resolve("wire"))) {
      for (Path file :
          files
              .filter(each -> each.getFileName().toString().startsWith("test_packets"))
              .sorted()
              .toList()) {
        for (byte[] wire : packets(file)) {
          boolean ours = ourReads(wire);
          boolean theirs = theirReads(wire);
          read += ours && theirs ? 1 : 0;
          if (theirs && !ours) {
            alone.add(file.getFileName() + ": " + HexFormat.of().formatHex(wire));
          }
        }
      }
    }
    // The file of broken packets: a pointer into the header (RFC 1035 §4.1.4: to a prior occurrence
    // of a name) and two OPT records (RFC 6891 §6.1.1: a format error).
    assertThat(alone)
        .as("read by dnsjava alone")
        .hasSize(2)
        .allMatch(packet -> packet.startsWith("test_packets.5"));
    assertThat(read).isGreaterThanOrEqualTo(9);
  }

  private static boolean ourReads(byte[] wire) {
    try {
      MessageReader.read(wire);
      return true;
    } catch (MalformedMessageException e) {
      return false;
    }
  }

  private static boolean theirReads(byte[] wire) {
    try {
      new org.xbill.DNS.Message(wire);
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private static List<byte[]> packets(Path file) throws IOException {
    var packets = new ArrayList<byte[]>();
    var hex = new StringBuilder();
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      if (line.contains("-- next packet --") && !hex.isEmpty()) {
        packets.add(HexFormat.of().parseHex(hex));
        hex.setLength(0);
      }
      hex.append(line.replaceAll(";.*", "").replaceAll("\\s", ""));
    }
    if (!hex.isEmpty()) {
      packets.add(HexFormat.of().parseHex(hex));
    }
    return packets;
  }
}
