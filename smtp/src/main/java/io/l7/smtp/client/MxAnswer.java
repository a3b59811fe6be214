package io.l7.smtp.client;

import java.util.List;

/** What DNS says of a domain's mail. */
public sealed interface MxAnswer {
  /** These hosts; a domain without MX but with an address is its own (RFC 5321 §5.1). */
  record Hosts(List<MxHost> hosts) implements MxAnswer {
    public Hosts {
      hosts = List.copyOf(hosts);
    }
  }

  /** The domain takes no mail (RFC 7505). */
  record NullMx() implements MxAnswer {}

  /** There is no such domain, or it has neither MX nor address. */
  record NoSuchDomain(String why) implements MxAnswer {}

  /** DNS does not answer now. */
  record Unknown(String why) implements MxAnswer {}
}
