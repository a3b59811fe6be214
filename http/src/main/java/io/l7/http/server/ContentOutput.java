package io.l7.http.server;

import java.io.EOFException;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * What a body writes into for a connection of HTTP/1.1: in chunks or plain, and remembers whether
 * the client was the one that failed.
 */
final class ContentOutput extends GatheringOutput {
  private final ResponseWriter wire;
  private final boolean chunked;

  ContentOutput(ResponseWriter wire, boolean chunked, OptionalLong length) {
    super(length);
    this.wire = wire;
    this.chunked = chunked;
  }

  @Override
  public void whenDraining(Runnable task) {
    wire.whenDraining(task);
  }

  @Override
  public void requireClient() throws IOException {
    boolean there;
    try {
      there = wire.peerIsThere();
    } catch (IOException e) {
      throw new ClientGoneException(e);
    }
    if (!there) {
      throw new ClientGoneException(new EOFException("it has ended its side"));
    }
  }

  @Override
  protected void send(byte[] bytes, int offset, int size) throws IOException {
    try {
      wire.raw(bytes, offset, size, chunked);
    } catch (IOException e) {
      throw new ClientGoneException(e);
    }
  }

  @Override
  protected void sendNow() throws IOException {
    try {
      wire.flush();
    } catch (IOException e) {
      throw new ClientGoneException(e);
    }
  }
}
