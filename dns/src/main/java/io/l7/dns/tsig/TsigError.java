package io.l7.dns.tsig;

/** What a TSIG record reports (RFC 8945 §3). */
public enum TsigError {
  NONE(0),
  BADSIG(16),
  BADKEY(17),
  BADTIME(18),
  BADTRUNC(22);

  private final int code;

  TsigError(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
