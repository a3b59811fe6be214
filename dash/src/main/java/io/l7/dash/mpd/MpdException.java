package io.l7.dash.mpd;

import java.io.IOException;

/** The manifest is not what the standard or our bounds allow. */
public final class MpdException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param line in the manifest, from 1; 0 where no line is to blame
   */
  public MpdException(String what, int line) {
    super(line > 0 ? what + " (line " + line + ")" : what);
  }
}
