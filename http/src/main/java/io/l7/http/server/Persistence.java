package io.l7.http.server;

/** What becomes of the connection behind an answer (RFC 9112 §9.3). */
enum Persistence {
  KEEP,
  CLOSE
}
