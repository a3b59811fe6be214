package io.l7.http.message;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request method: a case-sensitive token (RFC 9110 §9.1). Equal by name; {@link #of} returns the
 * constant for the registered ones.
 *
 * @param name the token as on the wire
 */
public record Method(String name) {
  public static final Method GET = new Method("GET");
  public static final Method HEAD = new Method("HEAD");
  public static final Method POST = new Method("POST");
  public static final Method PUT = new Method("PUT");
  public static final Method DELETE = new Method("DELETE");
  public static final Method CONNECT = new Method("CONNECT");
  public static final Method OPTIONS = new Method("OPTIONS");
  public static final Method TRACE = new Method("TRACE");

  /** RFC 5789. */
  public static final Method PATCH = new Method("PATCH");

  /** Removes a URL from a cache; a habit of caches, no standard. */
  public static final Method PURGE = new Method("PURGE");

  private static final Map<String, Method> KNOWN =
      Stream.of(GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH)
          .collect(Collectors.toUnmodifiableMap(Method::name, Function.identity()));

  public Method {
    if (!Tokens.isToken(name)) {
      throw new IllegalArgumentException("a method is a token: " + Tokens.printable(name));
    }
  }

  /** The method of this name. Throws {@link IllegalArgumentException} where it is no token. */
  public static Method of(String name) {
    Method known = KNOWN.get(name);
    return known != null ? known : new Method(name);
  }

  /**
   * Whether this is one of the methods of RFC 9110 or PATCH: those a server must know to answer 405
   * instead of 501.
   */
  public boolean isRegistered() {
    return KNOWN.containsKey(name);
  }

  /** Whether the method only reads (RFC 9110 §9.2.1). */
  public boolean isSafe() {
    return equals(GET) || equals(HEAD) || equals(OPTIONS) || equals(TRACE);
  }

  /** Whether a request may be repeated after a broken connection (RFC 9110 §9.2.2). */
  public boolean isIdempotent() {
    return isSafe() || equals(PUT) || equals(DELETE);
  }

  @Override
  public String toString() {
    return name;
  }
}
