package io.l7.common.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A datagram that arrived. The receiver uses one object for all of its datagrams: what must outlive
 * the handler's call is {@link #detach() detached} first.
 */
public final class Datagram {
  private final Network.DatagramPort port;
  private final byte[] data;
  private @Nullable DatagramBurst burst;
  private int index;
  private int length;
  private @Nullable InetSocketAddress from;

  Datagram(Network.DatagramPort port, byte[] data) {
    this.port = port;
    this.data = data;
  }

  void arrived(DatagramBurst with, int at) {
    burst = with;
    index = at;
    length = with.copy(at, data);
    from = null;
  }

  /** The octets, from index 0 to {@link #length()}; what lies behind is of older datagrams. */
  public byte[] data() {
    return data;
  }

  /** How many octets came. */
  public int length() {
    return length;
  }

  /** Who sent it, if that can be believed. */
  public InetSocketAddress from() {
    var sender = from;
    if (sender == null) {
      sender = Objects.requireNonNull(burst).from(index);
      from = sender;
    }
    return sender;
  }

  /** The sender's address, upper half of {@link AddressBits}, without an object for it. */
  public long fromUpper() {
    return burst != null ? burst.fromUpper(index) : AddressBits.upper(from().getAddress());
  }

  /** The sender's address, lower half of {@link AddressBits}. */
  public long fromLower() {
    return burst != null ? burst.fromLower(index) : AddressBits.lower(from().getAddress());
  }

  /** The address it came to. */
  public InetSocketAddress to() {
    return port.address();
  }

  /**
   * Sends an answer to the sender: from the handler, with what else is answered in the same burst;
   * from any thread once detached. A datagram may be lost without an error.
   */
  public void reply(byte[] source, int offset, int count) throws IOException {
    if (burst != null) burst.reply(index, source, offset, count);
    else port.send(source, offset, count, from());
  }

  /** A copy of its own, to be answered later. */
  public Datagram detach() {
    var copy = new Datagram(port, Arrays.copyOf(data, length));
    copy.length = length;
    copy.from = from();
    return copy;
  }
}
