package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The resolver under other programs' interfaces. */
@Timeout(30)
class AdaptersTest extends ForwardingStage {

  @Test
  void dnsjavaAsksThroughIt() throws Exception {
    var lookup = new Lookup("www.example.", Type.A);
    lookup.setResolver(new DnsjavaResolver(resolver));
    lookup.setCache(null);
    Record[] records = lookup.run();
    assertThat(records).hasSize(1);
    assertThat(records[0].rdataToString()).isEqualTo("192.0.2.7");
    Message query =
        Message.newQuery(
            Record.newRecord(
                org.xbill.DNS.Name.fromString("www.example."), Type.AAAA, org.xbill.DNS.DClass.IN));
    Message answer =
        new DnsjavaResolver(resolver)
            .sendAsync(query)
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    assertThat(answer.getHeader().getID()).isEqualTo(query.getHeader().getID());
    assertThat(answer.getHeader().getFlag(Flags.RA)).isTrue();
    assertThat(answer.getSection(Section.ANSWER)).isEmpty();
  }

  @Test
  void javasOwnAddressesComeFromIt() throws Exception {
    assertThat(L7InetAddressResolver.provider(resolver).name()).isEqualTo("l7");
    InetAddressResolver adapter = new L7InetAddressResolver(resolver, new BuiltIn());
    assertThat(adapter.lookupByName("www.example", LookupPolicy.of(LookupPolicy.IPV4)))
        .containsExactly(InetAddress.ofLiteral("192.0.2.7"));
    assertThat(adapter.lookupByName("localhost", LookupPolicy.of(LookupPolicy.IPV4)))
        .as("the machine's own")
        .containsExactly(InetAddress.ofLiteral("127.0.0.1"));
    assertThat(adapter.lookupByAddress(new byte[] {127, 0, 0, 1})).isEqualTo("built-in");
    assertThatThrownBy(() -> resolver.addresses("a..b")).isInstanceOf(UnknownHostException.class);
  }

  /** Stands for the machine's resolver. */
  private static final class BuiltIn implements InetAddressResolver {
    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) {
      return Stream.of(InetAddress.ofLiteral("127.0.0.1"));
    }

    @Override
    public String lookupByAddress(byte[] address) {
      return "built-in";
    }
  }
}
