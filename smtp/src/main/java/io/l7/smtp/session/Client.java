package io.l7.smtp.session;

import io.l7.smtp.message.Received.Dialect;
import java.util.Optional;

/** What a session knows of who is on the other side. Belongs to the session. */
final class Client {
  private Optional<Dialect> dialect = Optional.empty();
  private String name = "";
  private Optional<String> user = Optional.empty();

  /** How it greeted; empty before it did. */
  Optional<Dialect> dialect() {
    return dialect;
  }

  boolean hasGreeted() {
    return dialect.isPresent();
  }

  /** The name it gave in its greeting; true or not. */
  String name() {
    return name;
  }

  /** Who it has proved to be. */
  Optional<String> user() {
    return user;
  }

  void greeted(Dialect as, String called) {
    dialect = Optional.of(as);
    name = called;
  }

  void authenticated(String as) {
    user = Optional.of(as);
  }

  /** RFC 3207 §4.2: nothing said in the clear counts any more. */
  void forget() {
    dialect = Optional.empty();
    name = "";
  }
}
