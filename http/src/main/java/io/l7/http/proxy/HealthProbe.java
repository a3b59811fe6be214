package io.l7.http.proxy;

import io.l7.http.client.ClientException;
import io.l7.http.client.Transport;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.net.URI;

/** Asks upstreams how they are, each on its own beat. */
final class HealthProbe implements AutoCloseable {
  private final Transport transport;
  private final UpstreamPool pool;
  private final HealthCheck check;
  private volatile boolean closed;

  HealthProbe(Transport transport, UpstreamPool pool, HealthCheck check) {
    this.transport = transport;
    this.pool = pool;
    this.check = check;
  }

  void start() {
    pool.members().forEach(this::schedule);
  }

  private void schedule(UpstreamPool.Member member) {
    if (!closed) {
      check
          .scheduler()
          .after(
              check.interval(),
              () -> Thread.ofVirtual().name("health-probe").start(() -> probe(member)));
    }
  }

  private void probe(UpstreamPool.Member member) {
    if (closed) {
      return;
    }
    try {
      Response response =
          transport.send(Request.of(Method.GET, URI.create(member.upstream() + check.path())));
      response.body().close();
      pool.probed(member, response.status().code() < 400);
    } catch (ClientException _) {
      pool.probed(member, false);
    } finally {
      schedule(member);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
