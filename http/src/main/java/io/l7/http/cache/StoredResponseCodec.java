package io.l7.http.cache;

import io.l7.http.message.Fields;
import io.l7.http.message.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Stored responses as octets, for files. Big-endian; texts are ISO 8859-1 or UTF-8 behind a length
 * of four octets.
 */
final class StoredResponseCodec {
  /** What no description of a response comes near: a longer one is damaged. */
  static final int MAX_BYTES = 1 << 20;

  private StoredResponseCodec() {}

  static byte[] encode(StoredResponse response) {
    var bytes = new ByteArrayOutputStream(1024);
    try (var out = new DataOutputStream(bytes)) {
      text(out, response.key().uri());
      texts(out, response.vary().names());
      texts(out, response.vary().values());
      text(out, response.vary().language());
      out.writeShort(response.status().code());
      text(out, response.status().reason());
      out.writeInt(response.fields().size());
      for (Fields.Line line : response.fields()) {
        text(out, line.name());
        text(out, line.value());
      }
      freshness(out, response.freshness());
      rules(out, response.rules());
      out.writeBoolean(response.range().isPresent());
      if (response.range().isPresent()) {
        out.writeLong(response.range().get().first());
        out.writeLong(response.range().get().last());
        out.writeLong(response.range().get().complete());
      }
      out.writeLong(response.length());
      texts(out, List.copyOf(response.tags()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array does not fail
    }
    return bytes.toByteArray();
  }

  private static void freshness(DataOutputStream out, Freshness freshness) throws IOException {
    out.writeLong(freshness.lifetime().toMillis());
    text(out, freshness.source().name());
    out.writeLong(freshness.ageValue().toMillis());
    out.writeLong(freshness.apparentAge().toMillis());
    out.writeLong(freshness.responseDelay().toMillis());
    out.writeLong(freshness.responseTime().toEpochMilli());
  }

  private static void rules(DataOutputStream out, StoredResponse.Rules rules) throws IOException {
    out.writeBoolean(rules.noCache());
    out.writeBoolean(rules.mustRevalidate());
    out.writeLong(rules.staleWhileRevalidate());
    out.writeLong(rules.staleIfError());
  }

  private static void texts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      text(out, text);
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Throws {@link IOException} where the octets are not what {@link #encode} made. */
  static StoredResponse decode(byte[] bytes) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      var key = new CacheKey(text(in));
      var vary = new Vary(texts(in), texts(in), text(in));
      var status = new Status(in.readShort(), text(in));
      int lines = count(in);
      Fields.Builder fields = Fields.builder();
      for (int i = 0; i < lines; i++) {
        fields.add(text(in), text(in));
      }
      Freshness freshness = freshness(in);
      var rules =
          new StoredResponse.Rules(
              in.readBoolean(), in.readBoolean(), in.readLong(), in.readLong());
      Optional<ContentRange> range =
          in.readBoolean()
              ? Optional.of(new ContentRange(in.readLong(), in.readLong(), in.readLong()))
              : Optional.empty();
      return new StoredResponse(
          key,
          vary,
          status,
          fields.build(),
          freshness,
          rules,
          range,
          in.readLong(),
          new HashSet<>(texts(in)));
    } catch (IllegalArgumentException e) {
      throw new IOException("damaged description of a stored response", e);
    }
  }

  private static Freshness freshness(DataInputStream in) throws IOException {
    Duration lifetime = Duration.ofMillis(in.readLong());
    var source = Freshness.Source.valueOf(text(in));
    return new Freshness(
        lifetime,
        source,
        Duration.ofMillis(in.readLong()),
        Duration.ofMillis(in.readLong()),
        Duration.ofMillis(in.readLong()),
        Instant.ofEpochMilli(in.readLong()));
  }

  private static List<String> texts(DataInputStream in) throws IOException {
    int count = count(in);
    var texts = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      texts.add(text(in));
    }
    return texts;
  }

  private static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    // Each takes at least the four octets of a length: nothing is allocated for a damaged count.
    if (count < 0 || count > in.available() / 4) {
      throw new IOException("damaged description of a stored response");
    }
    return count;
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("damaged description of a stored response");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
