package io.l7.http.server;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Cidr;
import io.l7.http.h2.Http2Limits;
import io.l7.http.message.Handler;
import io.l7.http.wire.HttpLimits;
import io.l7.http.wire.Violation;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What all connections of one server share.
 *
 * @param handler asked for each request, so that it can be replaced while connections live
 * @param waived violations that pass
 * @param http2 the limits of HTTP/2; none where it is not spoken
 * @param proxies from whom {@code Forwarded} and {@code X-Forwarded-*} are believed
 */
public record ServerSettings(
    Supplier<Handler> handler,
    HttpLimits limits,
    Optional<Http2Limits> http2,
    Set<Violation> waived,
    List<Cidr> proxies,
    AccessLog accessLog,
    Metrics metrics,
    InstantSource clock) {}
