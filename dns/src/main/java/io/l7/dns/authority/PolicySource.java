package io.l7.dns.authority;

import io.l7.common.net.Endpoint;
import io.l7.dns.message.Name;
import io.l7.dns.policy.PolicyAction;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A policy zone and where it comes from.
 *
 * @param override what each of its rules does instead of what it says
 */
public record PolicySource(Name origin, Feed feed, Optional<PolicyAction> override) {
  /** Where the records come from. */
  public sealed interface Feed {
    /** A zone that this server answers for anyway, and that may be changed by UPDATE. */
    record Hosted() implements Feed {}

    /** A file, which is read at the start and at each reload; nobody can ask for what it holds. */
    record FromFile(Path file) implements Feed {}

    /**
     * A copy kept after its primaries; nobody can ask for it.
     *
     * @param copy where it is kept between runs
     */
    record FromPrimaries(List<Endpoint> primaries, Optional<Path> copy) implements Feed {}
  }
}
