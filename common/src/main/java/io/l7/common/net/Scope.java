package io.l7.common.net;

/** Something that holds for a connection until it is closed, for {@code try} with resources. */
@FunctionalInterface
public interface Scope extends AutoCloseable {
  @Override
  void close();
}
