package io.l7.http.message;

/**
 * Answers requests: the one interface that routes, files, proxies, caches and applications share.
 *
 * <p>It is called on a virtual thread of its own and may block. It need not read the request's
 * body: what is left is discarded or the connection closed. A body that is written by a callback
 * ({@link Response#stream}) blocks while the client is slow: that is the back-pressure. A thrown
 * {@link StatusException} becomes its answer; any other exception is logged once and becomes 500.
 *
 * <pre>{@code
 * Handler hello = request -> Response.text("Hello " + request.path() + "\n");
 * }</pre>
 */
@FunctionalInterface
public interface Handler {
  Response handle(Request request) throws Exception;
}
