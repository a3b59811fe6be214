package io.l7.dns.resolver;

/** How a question travels to a name server. */
public enum Transport {
  UDP,
  TCP
}
