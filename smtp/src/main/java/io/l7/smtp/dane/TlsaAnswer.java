package io.l7.smtp.dane;

/** What DNS says of how a server is to be recognized. */
public sealed interface TlsaAnswer {
  /** Nothing that is proven: the server is talked to as one without DANE. */
  record None() implements TlsaAnswer {}

  /**
   * These, proven: TLS is mandatory.
   *
   * @param base the host under whose name they stand, to be asked for by SNI (RFC 7672 §8.1)
   */
  record Found(String base, TlsaSet records) implements TlsaAnswer {}

  /** It cannot be told now, or what came is forged: no mail goes there (RFC 7672 §2.1.2). */
  record Unknown(String why) implements TlsaAnswer {}
}
