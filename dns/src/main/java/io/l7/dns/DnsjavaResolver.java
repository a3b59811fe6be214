package io.l7.dns;

import io.l7.dns.cache.Security;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Flag;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Question;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.TSIG;

/**
 * A {@link Resolver} for programs written against dnsjava. What concerns transport is ignored:
 * there is none in between.
 */
public final class DnsjavaResolver implements org.xbill.DNS.Resolver {
  private final Resolver resolver;

  public DnsjavaResolver(Resolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public CompletionStage<Message> sendAsync(Message query) {
    return sendAsync(query, work -> Thread.ofVirtual().name("dns-lookup").start(work));
  }

  @Override
  public CompletionStage<Message> sendAsync(Message query, Executor executor) {
    var result = new CompletableFuture<Message>();
    executor.execute(
        () -> {
          try {
            result.complete(answer(query));
          } catch (IOException | RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private Message answer(Message query) throws IOException {
    try {
      io.l7.dns.message.Message asked = MessageReader.read(query.toWire());
      Question question = asked.question().orElseThrow(() -> new IOException("no question"));
      Answer answer = resolver.lookup(question, Trace.NONE);
      io.l7.dns.message.Message message =
          io.l7.dns.message.Message.responseTo(asked, answer.rcode())
              .with(Flag.RA)
              .withSections(answer.records(), answer.authority(), List.of());
      if (answer.security() == Security.SECURE) {
        message = message.with(Flag.AD);
      }
      return new Message(MessageWriter.write(message));
    } catch (MalformedMessageException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void setPort(int port) {}

  @Override
  public void setTCP(boolean flag) {}

  @Override
  public void setIgnoreTruncation(boolean flag) {}

  @Override
  public void setEDNS(
      int version, int payloadSize, int flags, List<org.xbill.DNS.EDNSOption> options) {}

  @Override
  public void setTSIGKey(@Nullable TSIG key) {}

  @Override
  public void setTimeout(Duration timeout) {}
}
