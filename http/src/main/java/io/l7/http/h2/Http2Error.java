package io.l7.http.h2;

import java.io.IOException;

/** The peer broke the protocol: it costs a stream or the connection (RFC 9113 §5.4). */
public abstract sealed class Http2Error extends IOException {
  private static final long serialVersionUID = 1L;
  private final ErrorCode code;

  private Http2Error(ErrorCode code, String why) {
    super(why);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** Nothing more can be understood: GOAWAY, and the end (RFC 9113 §5.4.1). */
  public static final class OfConnection extends Http2Error {
    private static final long serialVersionUID = 1L;

    public OfConnection(ErrorCode code, String why) {
      super(code, why);
    }
  }

  /** One stream is reset, the others go on (RFC 9113 §5.4.2). */
  public static final class OfStream extends Http2Error {
    private static final long serialVersionUID = 1L;
    private final int stream;

    public OfStream(int stream, ErrorCode code, String why) {
      super(code, why);
      this.stream = stream;
    }

    public int stream() {
      return stream;
    }
  }
}
