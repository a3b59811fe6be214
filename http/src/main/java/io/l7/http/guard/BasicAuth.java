package io.l7.http.guard;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.StatusException;
import io.l7.http.semantics.BasicCredentials;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Asks for name and password (RFC 7617) before a handler. Hashes run on two threads of their own,
 * so that guessing cannot take the server, and a few wait for them: who comes to a full queue is
 * told to come again (503). A pair that was right is remembered for a while under a keyed digest,
 * and waits for nobody.
 */
public final class BasicAuth implements Handler, AutoCloseable {
  private static final long REMEMBER_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final int MOST_REMEMBERED = 10_000;
  private static final int HASHING_THREADS = 2;

  /** Hashes that may wait: some five seconds, beyond which nobody waits for a page. */
  private static final int MOST_WAITING = 64;

  private static final String COME_AGAIN_SECONDS = "5";

  /** Checked where there is no user at all. */
  private static final PasswordHash NOBODY = PasswordHash.of("nobody");

  private final String realm;
  private final Map<String, PasswordHash> users;
  private final Handler inner;

  /** Checked for names nobody has, so that they take as long as those of the file do. */
  private final PasswordHash nobody;

  private final byte[] key = new byte[32];
  private final Map<String, Long> remembered = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor hashing = hashingThreads();

  /**
   * Guards a handler.
   *
   * @param realm what the browser shows
   */
  public BasicAuth(String realm, Map<String, PasswordHash> users, Handler inner) {
    this.realm = realm;
    this.users = Map.copyOf(users);
    this.inner = inner;
    this.nobody = users.values().stream().findFirst().orElse(NOBODY);
    new SecureRandom().nextBytes(key);
  }

  /** Threads that end when nobody asks for a while: a guard replaced at a reload leaves none. */
  private static ThreadPoolExecutor hashingThreads() {
    var threads =
        new ThreadPoolExecutor(
            HASHING_THREADS,
            HASHING_THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("http-password-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  @Override
  public Response handle(Request request) throws Exception {
    Optional<String> pair =
        request
            .field(FieldNames.AUTHORIZATION)
            .flatMap(field -> BasicCredentials.pair(field, StandardCharsets.UTF_8));
    if (pair.isPresent() && isRight(pair.get())) {
      return inner.handle(request);
    }
    return Response.error(Status.UNAUTHORIZED)
        .with(
            FieldNames.WWW_AUTHENTICATE,
            "Basic realm=\""
                + realm.replace("\\", "\\\\").replace("\"", "\\\"")
                + "\", charset=\"UTF-8\"");
  }

  private boolean isRight(String pair) throws InterruptedException {
    String digest = digest(pair);
    Long until = remembered.get(digest);
    if (until != null && System.nanoTime() - until < 0) {
      return true;
    }
    int colon = pair.indexOf(':');
    PasswordHash stored = users.get(pair.substring(0, colon));
    boolean right =
        matches(stored == null ? nobody : stored, pair.substring(colon + 1)) && stored != null;
    if (right) {
      if (remembered.size() >= MOST_REMEMBERED) {
        remembered.clear();
      }
      remembered.put(digest, System.nanoTime() + REMEMBER_NANOS);
    }
    return right;
  }

  private boolean matches(PasswordHash hash, String password) throws InterruptedException {
    try {
      return hashing.submit(() -> hash.matches(password)).get();
    } catch (RejectedExecutionException _) {
      if (hashing.isShutdown()) {
        return hash.matches(password); // asked by who still has the old handler
      }
      throw new StatusException(
          Response.error(Status.SERVICE_UNAVAILABLE, "too many passwords to check")
              .with(FieldNames.RETRY_AFTER, COME_AGAIN_SECONDS));
    } catch (ExecutionException e) {
      throw new IllegalStateException("hashing a password failed", e.getCause());
    }
  }

  private String digest(String pair) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(key);
      return HexFormat.of().formatHex(sha256.digest(pair.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Ends the hashing threads, once those who wait for them have their answers. */
  @Override
  public void close() {
    hashing.shutdown();
  }
}
