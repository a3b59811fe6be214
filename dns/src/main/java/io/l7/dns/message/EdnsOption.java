package io.l7.dns.message;

import java.util.Arrays;

/** One EDNS option (RFC 6891 §6.1.2). */
public final class EdnsOption {
  public static final int NSID = 3;
  public static final int CLIENT_SUBNET = 8;
  public static final int COOKIE = 10;
  public static final int TCP_KEEPALIVE = 11;
  public static final int PADDING = 12;
  public static final int EXTENDED_ERROR = 15;

  private final int code;
  private final byte[] data;

  public EdnsOption(int code, byte[] data) {
    this.code = code;
    this.data = data.clone();
  }

  public int code() {
    return code;
  }

  public byte[] data() {
    return data.clone();
  }

  public int length() {
    return data.length;
  }

  byte[] dataInPlace() {
    return data;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EdnsOption option
        && option.code == code
        && Arrays.equals(option.data, data);
  }

  @Override
  public int hashCode() {
    return 31 * code + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "option " + code + " of " + data.length + " octets";
  }
}
