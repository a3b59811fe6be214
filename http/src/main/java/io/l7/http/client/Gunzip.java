package io.l7.http.client;

import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Response;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Takes the gzip coding off a response that has it (RFC 9110 §8.4.1.3). */
final class Gunzip {
  private static final int BUFFER = 16 * 1024;

  private Gunzip() {}

  static Response decoded(Response response) {
    String coding = response.fields().joined(FieldNames.CONTENT_ENCODING).orElse("");
    if (!(coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip"))
        || response.body() instanceof Body.Empty
        || response.status().code() == 206) {
      return response;
    }
    Body coded = response.body();
    // What is delivered is no longer what these describe.
    return response
        .withFields(
            response
                .fields()
                .without(FieldNames.CONTENT_ENCODING)
                .without(FieldNames.CONTENT_LENGTH))
        .withBody(new Body.Stream(new Decoder(coded), OptionalLong.empty(), coded::trailers));
  }

  /**
   * Opens the coded stream with the first read, since reading the gzip header already waits for the
   * server.
   */
  private static final class Decoder extends InputStream {
    private final Body coded;
    private @Nullable InputStream plain;

    Decoder(Body coded) {
      this.coded = coded;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        InputStream in = plain;
        if (in == null) {
          in = plain(new NotShort(coded.open()));
          plain = in;
        }
        return in.read(target, offset, length);
      } catch (EOFException e) {
        throw new ClientException.BrokenOff("the gzip stream ended early", e);
      } catch (ZipException e) {
        throw new ClientException.BadResponse("malformed gzip: " + e.getMessage(), e);
      }
    }

    /** Nothing at all is the coded form of nothing, as servers send it and browsers take it. */
    private static InputStream plain(InputStream coded) throws IOException {
      var in = new PushbackInputStream(coded);
      int first = in.read();
      if (first < 0) {
        return InputStream.nullInputStream();
      }
      in.unread(first);
      return new GZIPInputStream(in, BUFFER);
    }

    @Override
    public void close() {
      coded.close();
    }
  }

  /**
   * Never says that nothing is there: GZIPInputStream takes available() == 0 for the end between
   * two members.
   */
  private static final class NotShort extends FilterInputStream {
    NotShort(InputStream in) {
      super(in);
    }

    @Override
    public int available() {
      return 1;
    }
  }
}
