package io.l7.http.server;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Cidr;
import io.l7.http.message.Handler;
import io.l7.http.wire.HttpLimits;
import io.l7.http.wire.Violation;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What all connections of one server share.
 *
 * @param handler asked for each request, so that it can be replaced while connections live
 * @param waived violations that pass
 * @param proxies from whom {@code Forwarded} and {@code X-Forwarded-*} are believed
 */
public record ServerSettings(
    Supplier<Handler> handler,
    HttpLimits limits,
    Set<Violation> waived,
    List<Cidr> proxies,
    AccessLog accessLog,
    Metrics metrics,
    InstantSource clock) {}
