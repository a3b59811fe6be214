package io.l7.smtp.tlsrpt;

/** Is told of each session with another server how TLS went. Thread-safe; does not block. */
public interface TlsSessions {
  /** A session with a server of this domain, in A-labels, was under TLS as the policy wants it. */
  void succeeded(String domain, AppliedPolicy policy);

  /** It was not. */
  void failed(String domain, AppliedPolicy policy, SessionFailure failure);

  /** Nobody counts. */
  static TlsSessions none() {
    return new TlsSessions() {
      @Override
      public void succeeded(String domain, AppliedPolicy policy) {}

      @Override
      public void failed(String domain, AppliedPolicy policy, SessionFailure failure) {}
    };
  }
}
