package io.l7.http.proxy;

import io.l7.common.framing.WireException;
import io.l7.http.client.ClientException;
import io.l7.http.message.Exchange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * An answer's content on its way out. A fault is the upstream's: the client sees its connection
 * break off, and no one logs it as ours. The upstream has the request in hand until it is closed.
 * Who waits for an upstream that says nothing stops when the client has gone.
 */
final class AnswerContent extends FilterInputStream {
  private final UpstreamPool.Member member;
  private final Exchange exchange;
  private boolean closed;

  AnswerContent(InputStream in, UpstreamPool.Member member, Exchange exchange) {
    super(in);
    this.member = member;
    this.exchange = exchange;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try (var _ = exchange.interruptedWhenGone()) {
      return super.read(target, offset, length);
    } catch (ClientException e) {
      var broken =
          new WireException.Truncated("an answer of " + member.upstream() + ": " + e.getMessage());
      broken.initCause(e);
      throw broken;
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      member.end();
    }
    super.close();
  }
}
