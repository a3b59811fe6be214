package io.l7.http.server.h2;

import io.l7.common.net.Connection;
import io.l7.http.h2.Http2Limits;
import io.l7.http.server.DateLine;
import io.l7.http.server.ForwardedFields;
import io.l7.http.server.HttpCounters;
import io.l7.http.server.ServerSettings;
import java.io.IOException;

/** What the HTTP/2 connections of one server share; made with the first of them. */
public final class Http2Server {
  final ServerSettings settings;
  final Http2Limits limits;
  final HttpCounters counters;
  final Http2Counters http2;
  final DateLine date;
  final ForwardedFields forwarded;

  public Http2Server(
      ServerSettings settings, Http2Limits limits, HttpCounters counters, DateLine date) {
    this.settings = settings;
    this.limits = limits;
    this.counters = counters;
    this.http2 = new Http2Counters(settings.metrics());
    this.date = date;
    this.forwarded = new ForwardedFields(settings.proxies());
  }

  /** Answers requests until one side wants the connection closed. */
  public void serve(Connection connection) throws IOException {
    http2.connected();
    new Http2Connection(connection, this).run();
  }
}
