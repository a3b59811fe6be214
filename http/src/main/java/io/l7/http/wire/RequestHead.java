package io.l7.http.wire;

import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Target;
import io.l7.http.message.Version;

/**
 * The head of a request as the parser understood it.
 *
 * @param authority host and port as the client wrote them, in lower case: of the target where it
 *     has one (RFC 9112 §3.2.2), else of Host; empty where an HTTP/1.0 client sent neither
 * @param contentLength the declared length of the content; 0 where none is declared; meaningless
 *     with {@link #chunked}
 * @param chunked whether the content comes in chunks
 * @param persistent whether the client wants the connection kept (RFC 9112 §9.3)
 * @param expectsContinue whether the client waits for 100 (Continue)
 * @param upgrade whether the client offers another protocol ({@code Connection: upgrade} and {@code
 *     Upgrade})
 */
public record RequestHead(
    Method method,
    Target target,
    Version version,
    Fields fields,
    String authority,
    long contentLength,
    boolean chunked,
    boolean persistent,
    boolean expectsContinue,
    boolean upgrade) {

  /** Whether content follows the head. */
  public boolean hasContent() {
    return chunked || contentLength > 0;
  }
}
