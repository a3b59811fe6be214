package io.l7.smtp.client;

import java.util.List;

/** What DNS says of a domain's mail. */
public sealed interface MxAnswer {
  /** How far an answer is to be trusted. */
  enum Origin {
    /** DNSSEC proves it, or it was configured. */
    PROVEN,
    /** Anyone may have said it. */
    CLAIMED
  }

  /** These hosts; a domain without MX but with an address is its own (RFC 5321 §5.1). */
  record Hosts(List<MxHost> hosts, Origin origin) implements MxAnswer {
    public Hosts {
      hosts = List.copyOf(hosts);
    }

    /** These hosts, as somebody says. */
    public Hosts(List<MxHost> hosts) {
      this(hosts, Origin.CLAIMED);
    }
  }

  /** The domain takes no mail (RFC 7505). */
  record NullMx() implements MxAnswer {}

  /** There is no such domain, or it has neither MX nor address. */
  record NoSuchDomain(String why) implements MxAnswer {}

  /** DNS does not answer now. */
  record Unknown(String why) implements MxAnswer {}
}
