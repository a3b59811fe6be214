package io.l7.common.transcript;

import io.l7.common.transcript.Event.Side;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Events as a capture that Wireshark opens: the octets are the ones that were said, in the clear;
 * the IP and TCP headers around them are made up, with sequence numbers that fit. One thread at a
 * time.
 *
 * <p>Source: draft-ietf-opsawg-pcapng, §4.1 to §4.3.
 */
public final class Pcapng implements Transcript {
  private static final int SECTION_HEADER = 0x0A0D0D0A;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int ENHANCED_PACKET = 6;
  private static final int COMMENT = 1;
  private static final int LINKTYPE_RAW = 101;
  private static final int MAX_SEGMENT = 32 * 1024;

  /** Octets of a comment: its length is one of 16 bits. */
  private static final int MAX_COMMENT = 0xffff;

  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int PUSH = 8;
  private static final int ACK = 16;

  private final OutputStream target;
  private final Map<String, Flow> flows = new HashMap<>();
  private boolean begun;

  private static final class Flow {
    final InetSocketAddress client;
    final InetSocketAddress server;
    int clientNext = 1_000;
    int serverNext = 5_000;
    final List<String> remarks = new ArrayList<>();

    Flow(InetSocketAddress client, InetSocketAddress server) {
      this.client = client;
      this.server = server;
    }
  }

  /** A capture written to {@code target}, which the caller closes. */
  public Pcapng(OutputStream target) {
    this.target = target;
  }

  /** Writes all {@code events} to {@code target}. */
  public static void write(Iterable<Event> events, OutputStream target) throws IOException {
    var capture = new Pcapng(target);
    for (var event : events) capture.add(event);
    target.flush();
  }

  @Override
  public synchronized void event(Event event) {
    try {
      add(event);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void add(Event event) throws IOException {
    if (!begun) begin();
    switch (event) {
      case Event.Opened opened -> {
        boolean serving = opened.side() == Side.SERVER;
        var flow =
            new Flow(
                serving ? opened.there() : opened.here(), serving ? opened.here() : opened.there());
        flows.put(event.connection(), flow);
        packet(event.at(), flow, Side.CLIENT, SYN, new byte[0], event.connection());
        packet(event.at(), flow, Side.SERVER, SYN | ACK, new byte[0], "");
        packet(event.at(), flow, Side.CLIENT, ACK, new byte[0], "");
      }
      case Event.Spoke spoke -> {
        var flow = flows.get(event.connection());
        if (flow == null) return; // its beginning fell out of the ring
        for (int at = 0; at < spoke.octets().length; at += MAX_SEGMENT) {
          var part =
              Arrays.copyOfRange(
                  spoke.octets(), at, Math.min(spoke.octets().length, at + MAX_SEGMENT));
          packet(event.at(), flow, spoke.by(), PUSH | ACK, part, "");
        }
      }
      case Event.Secured secured -> remark(event, secured.protocol() + " " + secured.cipherSuite());
      case Event.Note note -> remark(event, note.text());
      case Event.Closed closed -> {
        var flow = flows.remove(event.connection());
        if (flow == null) return;
        packet(event.at(), flow, Side.SERVER, FIN | ACK, new byte[0], "");
        packet(event.at(), flow, Side.CLIENT, FIN | ACK, new byte[0], "");
      }
    }
  }

  /** A remark rides as the comment of the next packet: one of its own would be a duplicate. */
  private void remark(Event event, String text) {
    var flow = flows.get(event.connection());
    if (flow != null) flow.remarks.add(text);
  }

  private void begin() throws IOException {
    begun = true;
    var section = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    section.putInt(0x1A2B3C4D).putShort((short) 1).putShort((short) 0).putLong(-1);
    block(SECTION_HEADER, section.array());
    var description = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    description.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(0);
    block(INTERFACE_DESCRIPTION, description.array());
  }

  private void packet(Instant at, Flow flow, Side from, int flags, byte[] data, String comment)
      throws IOException {
    boolean byClient = from == Side.CLIENT;
    byte[] packet =
        ip(
            byClient ? flow.client : flow.server,
            byClient ? flow.server : flow.client,
            byClient ? flow.clientNext : flow.serverNext,
            byClient ? flow.serverNext : flow.clientNext,
            flags,
            data);
    int taken = data.length + ((flags & (SYN | FIN)) != 0 ? 1 : 0);
    if (byClient) flow.clientNext += taken;
    else flow.serverNext += taken;

    if (!comment.isEmpty()) flow.remarks.addFirst(comment);
    byte[] note = note(flow.remarks);
    flow.remarks.clear();
    int options = note.length == 0 ? 0 : 4 + padded(note.length) + 4;
    var body =
        ByteBuffer.allocate(20 + padded(packet.length) + options).order(ByteOrder.LITTLE_ENDIAN);
    long micros = at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
    body.putInt(0)
        .putInt((int) (micros >>> 32))
        .putInt((int) micros)
        .putInt(packet.length)
        .putInt(packet.length);
    body.put(packet).position(20 + padded(packet.length));
    if (options > 0) body.putShort((short) COMMENT).putShort((short) note.length).put(note);
    block(ENHANCED_PACKET, body.array());
  }

  /** Remarks as one comment, of those that find room in it. */
  private static byte[] note(List<String> remarks) {
    var note = new ByteArrayOutputStream();
    for (var remark : remarks) {
      byte[] next = (note.size() == 0 ? remark : "; " + remark).getBytes(StandardCharsets.UTF_8);
      if (note.size() + next.length <= MAX_COMMENT) note.writeBytes(next);
    }
    return note.toByteArray();
  }

  private static int padded(int length) {
    return length + 3 & ~3;
  }

  private void block(int type, byte[] body) throws IOException {
    var block = ByteBuffer.allocate(12 + body.length).order(ByteOrder.LITTLE_ENDIAN);
    block.putInt(type).putInt(block.capacity()).put(body).putInt(block.capacity());
    target.write(block.array());
  }

  private static byte[] ip(
      InetSocketAddress from,
      InetSocketAddress to,
      int sequence,
      int acknowledged,
      int flags,
      byte[] data) {
    byte[] source = from.getAddress().getAddress();
    byte[] destination = to.getAddress().getAddress();
    var tcp = ByteBuffer.allocate(20 + data.length);
    tcp.putShort((short) from.getPort()).putShort((short) to.getPort()).putInt(sequence);
    tcp.putInt((flags & ACK) != 0 ? acknowledged : 0);
    tcp.put((byte) 0x50)
        .put((byte) flags)
        .putShort((short) 0xffff)
        .putShort((short) 0)
        .putShort((short) 0)
        .put(data);
    var pseudo = ByteBuffer.allocate(2 * source.length + 8 + tcp.capacity());
    pseudo.put(source).put(destination).putInt(tcp.capacity()).putInt(6).put(tcp.array());
    tcp.putShort(16, checksum(pseudo.array()));

    boolean four = source.length == 4;
    var packet = ByteBuffer.allocate((four ? 20 : 40) + tcp.capacity());
    if (four) {
      packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putInt(0x4000);
      packet.put((byte) 64).put((byte) 6).putShort((short) 0).put(source).put(destination);
      packet.putShort(10, checksum(Arrays.copyOf(packet.array(), 20)));
    } else {
      packet.putInt(0x60000000).putShort((short) tcp.capacity()).put((byte) 6).put((byte) 64);
      packet.put(source).put(destination);
    }
    return packet.put(tcp.array()).array();
  }

  /** RFC 1071: the ones' complement sum of all 16-bit words. */
  private static short checksum(byte[] octets) {
    long sum = 0;
    for (int i = 0; i < octets.length; i += 2) {
      sum += (octets[i] & 0xff) << 8 | (i + 1 < octets.length ? octets[i + 1] & 0xff : 0);
    }
    while (sum >>> 16 != 0) sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~sum;
  }
}
