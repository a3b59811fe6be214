package io.l7.http.proxy;

import io.l7.http.message.Conversation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** A conversation with an upstream, which has the request in hand until it is closed. */
final class CountedConversation implements Conversation {
  private final Conversation inner;
  private final UpstreamPool.Member member;
  private final AtomicBoolean closed = new AtomicBoolean();

  CountedConversation(Conversation inner, UpstreamPool.Member member) {
    this.inner = inner;
    this.member = member;
  }

  @Override
  public void run(InputStream in, OutputStream out) throws IOException {
    inner.run(in, out);
  }

  @Override
  public void drain() {
    inner.drain();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      member.end();
    }
    inner.close();
  }
}
