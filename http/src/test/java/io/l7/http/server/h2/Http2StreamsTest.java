package io.l7.http.server.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import org.junit.jupiter.api.Test;

class Http2StreamsTest {
  private final Http2Streams streams = new Http2Streams(2);

  @Test
  @Spec("RFC 9113 §6.8")
  void aRequestThatTheLastWordsNameIsInHand() {
    assertThat(streams.begin(1)).isEqualTo(Http2Streams.Welcome.COME_IN);
    assertThat(streams.close()).as("the last that GOAWAY names").isEqualTo(1);
    assertThat(streams.isEmpty()).as("it is about to be opened").isFalse();
    assertThat(streams.begin(3)).isEqualTo(Http2Streams.Welcome.CLOSED);
    assertThat(streams.isEmpty()).isFalse();
    assertThat(streams.wasReset(1)).isTrue();
    assertThat(streams.isEmpty()).as("it was malformed").isTrue();
  }

  @Test
  @Spec("RFC 9113 §5.4.2")
  void aStreamIsResetOnce() {
    assertThat(streams.wasReset(1)).isTrue();
    assertThat(streams.wasReset(1)).isFalse();
    assertThat(streams.mayGoOn(1)).isTrue();
  }
}
