package io.l7.http.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.http.message.Response;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static String sent(EventStream.Source source) throws Exception {
    Response response = EventStream.response(source);
    assertThat(response.field("Content-Type")).contains("text/event-stream");
    var out = new ByteArrayOutputStream();
    response.body().writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void eachLineOfDataIsALineOfItsOwn() throws Exception {
    assertThat(sent(events -> events.send("a\r\nb"))).isEqualTo("data: a\ndata: b\n\n");
    assertThat(sent(events -> events.send("tick", "7", "x")))
        .isEqualTo("event: tick\nid: 7\ndata: x\n\n");
    assertThat(sent(events -> events.send(""))).isEqualTo("data: \n\n");
    assertThat(sent(events -> events.send("a\n"))).isEqualTo("data: a\ndata: \n\n");
    assertThat(sent(events -> events.send("a\r\rb"))).isEqualTo("data: a\ndata: \ndata: b\n\n");
    assertThat(sent(events -> events.comment("here"))).isEqualTo(": here\n\n");
    assertThat(sent(events -> events.retry(Duration.ofSeconds(2)))).isEqualTo("retry: 2000\n\n");
  }

  @Test
  void aNameCannotSmuggleAField() {
    assertThatThrownBy(() -> sent(events -> events.send("a\ndata: b", "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
