package io.l7.common.disk;

import java.io.IOException;
import org.slf4j.Logger;

/**
 * Says once that a log cannot be written and once that it is written again: a disk that is full is
 * so for a while, and each line would say it. For one thread at a time.
 */
public final class Outage {
  private final Logger logger;
  private final String what;
  private boolean lasts;

  /**
   * None so far.
   *
   * @param logger where to say it
   * @param what cannot be written then, as in "the access log"
   */
  public Outage(Logger logger, String what) {
    this.logger = logger;
    this.what = what;
  }

  /** Writing failed. */
  public void failed(IOException why) {
    if (!lasts) logger.error("{} cannot be written; lines are lost until it can", what, why);
    lasts = true;
  }

  /** Something was written. */
  public void written() {
    if (lasts) logger.warn("{} is written again", what);
    lasts = false;
  }
}
