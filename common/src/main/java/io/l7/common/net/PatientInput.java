package io.l7.common.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** Reads from a socket; tells an end of the peer's from one that we made to wake the reader. */
final class PatientInput extends InputStream {
  private final InputStream socket;
  private final Patience patience;
  private final Recording recording;

  PatientInput(InputStream socket, Patience patience, Recording recording) {
    this.socket = socket;
    this.patience = patience;
    this.recording = recording;
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("octet by octet");
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count;
    try {
      count = socket.read(target, offset, length);
    } catch (SocketTimeoutException e) {
      throw patience.isStopped() ? patience.why(e) : patience.timedOut();
    } catch (IOException e) {
      throw patience.isStopped() ? patience.why(e) : e;
    }
    if (count < 0 && patience.isStopped()) throw patience.why();
    if (count > 0) recording.received(target, offset, count);
    return count;
  }
}
