package io.l7.common.transcript;

import io.l7.common.disk.Outage;
import io.l7.common.json.Json;
import io.l7.common.units.AddressText;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every event as one line of JSON: {@code at}, {@code connection}, {@code event} and its own
 * members; what was said is {@code text} when it is UTF-8 and {@code base64} otherwise. Safe for
 * all threads.
 */
public final class JsonLines implements Transcript, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JsonLines.class);

  private final Writer target;
  private final Outage outage = new Outage(LOG, "the transcript");

  /** Lines that go to {@code target}, flushed one by one. */
  public JsonLines(Writer target) {
    this.target = target;
  }

  /** One event as it is written, without a line end. */
  public static String line(Event event) {
    var json = Json.object().put("at", event.at()).put("connection", event.connection());
    switch (event) {
      case Event.Opened opened ->
          json.put("event", "opened")
              .put("side", opened.side().name().toLowerCase(Locale.ROOT))
              .put("here", AddressText.of(opened.here()))
              .put("there", AddressText.of(opened.there()));
      case Event.Spoke spoke -> {
        json.put("event", "spoke")
            .put("by", spoke.by().name().toLowerCase(Locale.ROOT))
            .put("tls", spoke.cover() == Event.Cover.TLS);
        octets(json, spoke.octets());
      }
      case Event.Secured secured ->
          json.put("event", "secured")
              .put("protocol", secured.protocol())
              .put("cipher", secured.cipherSuite());
      case Event.Note note -> json.put("event", "note").put("text", note.text());
      case Event.Closed closed -> json.put("event", "closed");
    }
    return json.toString();
  }

  private static void octets(Json.ObjectBuilder json, byte[] octets) {
    try {
      json.put("text", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)));
    } catch (CharacterCodingException e) {
      json.put("base64", Base64.getEncoder().encodeToString(octets));
    }
  }

  @Override
  public synchronized void event(Event event) {
    try {
      target.write(line(event));
      target.write('\n');
      target.flush();
      outage.written();
    } catch (IOException e) {
      outage.failed(e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    target.close();
  }
}
