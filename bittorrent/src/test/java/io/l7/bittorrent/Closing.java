package io.l7.bittorrent;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A test behind which what it opened is closed, the last first. */
public abstract class Closing {
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  final void closeAll() throws Exception {
    for (var one : open.reversed()) {
      one.close();
    }
  }

  /** Closes it when the test is over. */
  protected final <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }
}
