package io.l7.lab.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.http.message.Response;
import io.l7.lab.Lab;
import io.l7.lab.world.Role;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The JDK's own web client, which has never heard of the lab. */
class LabAddressesTest {
  private static final LookupPolicy IPV4 = LookupPolicy.of(LookupPolicy.IPV4);

  @Test
  void anUnmodifiedJavaClientFetchesAPageByItsNameInTheLab() throws Exception {
    try (var lab =
            Lab.builder()
                .site("www.joined.lab", request -> Response.text("hello " + request.host()))
                .start();
        var client = HttpClient.newHttpClient()) {
      lab.join();
      var page = URI.create(lab.world().url("http", "www.joined.lab", "/"));
      var answer = client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("hello www.joined.lab");
      assertThat(InetAddress.getByName("localhost").isLoopbackAddress()).isTrue();
    }
  }

  @Test
  void namesOfALabThatIsClosedAreTheMachinesAgain() throws Exception {
    var resolver = LabAddresses.before(new Machine());
    try (var lab = Lab.builder().domain("joined.lab").start()) {
      var host = lab.host("www.joined.lab", Role.WEB);
      lab.join();
      assertThat(resolver.lookupByName(host.name(), IPV4)).containsExactly(host.address());
    }
    assertThatThrownBy(() -> resolver.lookupByName("www.joined.lab", IPV4))
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("the machine knows no www.joined.lab");
  }

  /** A machine that knows no names. */
  private static final class Machine implements InetAddressResolver {
    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
        throws UnknownHostException {
      throw new UnknownHostException("the machine knows no " + host);
    }

    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
      throw new UnknownHostException("the machine knows no addresses");
    }
  }
}
