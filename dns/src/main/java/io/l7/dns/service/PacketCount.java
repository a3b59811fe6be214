package io.l7.dns.service;

import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A trace that only counts the packets sent upstream. */
final class PacketCount implements Trace {
  private final AtomicInteger packets = new AtomicInteger();

  int packets() {
    return packets.get();
  }

  @Override
  public Trace enter(Reason reason, Supplier<String> text) {
    note(reason, text);
    return this;
  }

  @Override
  public void note(Reason reason, Supplier<String> text) {
    if (reason == Reason.QUERY) {
      packets.incrementAndGet();
    }
  }
}
