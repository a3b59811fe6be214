package io.l7.dns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A resolver that asks {@link Questions.Upstream}; what a test builds on it goes first. */
abstract class ForwardingStage {
  Questions.Upstream upstream;
  Resolver resolver;

  @BeforeEach
  final void forward() throws Exception {
    upstream = new Questions.Upstream();
    resolver = Resolver.forwarding(upstream.at());
  }

  @AfterEach
  final void forwardNoMore() {
    resolver.close();
    upstream.close();
  }
}
