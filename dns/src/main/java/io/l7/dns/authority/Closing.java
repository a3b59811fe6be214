package io.l7.dns.authority;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The end of several things, one of which may fail to end well. */
final class Closing {
  private Closing() {}

  /**
   * Closes each of them, whatever becomes of the others.
   *
   * @throws IOException the first failure, with the others in it
   */
  static void all(List<? extends Closeable> these) throws IOException {
    var failures = new ArrayList<IOException>();
    for (Closeable each : these) {
      try {
        each.close();
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      IOException first = failures.getFirst();
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
  }
}
