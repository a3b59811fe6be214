package io.l7.http.client;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Why a TLS handshake came to nothing, as far as it can be told. */
public enum TlsFault {
  /** No authority that is trusted has signed the certificate. */
  UNTRUSTED("its certificate is not signed by an authority that is trusted here"),
  EXPIRED("its certificate has expired"),
  NOT_YET_VALID("its certificate is not valid yet"),
  /** The certificate is for another host. */
  OTHER_NAME("its certificate is for another host"),
  NOT_TLS("it does not speak TLS");

  private final String words;

  TlsFault(String words) {
    this.words = words;
  }

  /** Why a handshake failed; nothing where no handshake did, or for another reason. */
  public static Optional<TlsFault> of(Throwable fault) {
    boolean handshake = false;
    for (Throwable at = fault; at != null; at = at.getCause()) {
      handshake |= at instanceof SSLException;
      if (!handshake) {
        continue;
      }
      switch (at) {
        case CertificateExpiredException _ -> {
          return Optional.of(EXPIRED);
        }
        case CertificateNotYetValidException _ -> {
          return Optional.of(NOT_YET_VALID);
        }
        case CertPathBuilderException _ -> {
          return Optional.of(UNTRUSTED);
        }
        default -> {
          String message = ClientException.words(at);
          if (message.contains("Unsupported or unrecognized SSL message")) {
            return Optional.of(NOT_TLS);
          }
          if (message.startsWith("No subject alternative") || message.startsWith("No name match")) {
            return Optional.of(OTHER_NAME);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Whether the server was not believed; another choice of whom to trust would change that. */
  public boolean isOfTrust() {
    return this == UNTRUSTED;
  }

  /** What is wrong with the server. */
  public String words() {
    return words;
  }
}
