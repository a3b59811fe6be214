package io.l7.bittorrent.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.wire.PeerId;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.http.HttpServer;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpAnnounceTest {
  private static final InfoHash HASH = InfoHash.parse("000102030405060708090a0b0c0d0e0f10111213");

  private static AnnounceRequest request() {
    var id = PeerId.of("-XX0000-000000000001".getBytes(StandardCharsets.US_ASCII));
    return new AnnounceRequest(
        HASH, id, 6881, 1, 2, 3, AnnounceEvent.STARTED, 50, 0xABCD, Optional.of("t&1"));
  }

  private static AnnounceAnswer parse(String body) throws IOException {
    return HttpAnnounce.parse(body.getBytes(StandardCharsets.ISO_8859_1), AnnounceLimits.DEFAULT);
  }

  @Test
  @Spec("BEP 48")
  void theScrapeUrlIsDerivedFromTheLastElementAlone() {
    assertThat(HttpAnnounce.scrapeUrl("http://t/announce")).contains("http://t/scrape");
    assertThat(HttpAnnounce.scrapeUrl("http://t/x/announce.php?a=b"))
        .contains("http://t/x/scrape.php?a=b");
    assertThat(HttpAnnounce.scrapeUrl("http://t/a")).isEmpty();
    assertThat(HttpAnnounce.scrapeUrl("http://t/a?x=announce")).isEmpty();
  }

  @Test
  @Spec("BEP 3")
  void aQueryThatIsThereAlreadyIsKeptAndBytesAreEscapedOneByOne() {
    var url = HttpAnnounce.url("http://t/announce?passkey=1", request());
    assertThat(url)
        .startsWith("http://t/announce?passkey=1&info_hash=%00%01%02")
        .contains("&event=started", "&left=3", "&trackerid=t%261", "&key=0000ABCD");
    assertThat(url.chars().filter(c -> c == '?').count()).isEqualTo(1);
  }

  @Test
  void aFailureCarriesTheTrackersWordsAndItsWishToBeAskedAgain() throws Exception {
    assertThat(parse("d14:failure reason4:busye"))
        .isEqualTo(new AnnounceAnswer.Refused("busy", new AnnounceAnswer.Retry.AsUsual()));
    assertThat(parse("d14:failure reason4:busy8:retry ini5ee"))
        .isEqualTo(
            new AnnounceAnswer.Refused(
                "busy", new AnnounceAnswer.Retry.After(Duration.ofMinutes(5))));
    assertThat(parse("d14:failure reason4:busy8:retry in5:nevere"))
        .isEqualTo(new AnnounceAnswer.Refused("busy", new AnnounceAnswer.Retry.Never()));
  }

  @Test
  void aWarningDoesNotKeepThePeersFromBeingUsed() throws Exception {
    var answer =
        (AnnounceAnswer.Accepted)
            parse(
                "d8:intervali1800e12:min intervali60e5:peers7:\u007f\0\0\2\u001a\u00e1x"
                    + "10:tracker id1:T15:warning message2:hoe");
    assertThat(answer.peers()).containsExactly(new InetSocketAddress("127.0.0.2", 6881));
    assertThat(answer.warning()).contains("ho");
    assertThat(answer.trackerId()).contains("T");
    assertThat(answer.minInterval()).contains(Duration.ofSeconds(60));
  }

  @Test
  void peersAsDictionariesAreTakenByAddressAndNeverByName() throws Exception {
    var answer =
        (AnnounceAnswer.Accepted)
            parse(
                "d8:intervali9e5:peersl"
                    + "d2:ip9:127.0.0.34:porti7000ee"
                    + "d2:ip9:localhost4:porti7000ee"
                    + "d2:ip3:::14:porti7001eeee");
    assertThat(answer.peers())
        .containsExactly(
            new InetSocketAddress("127.0.0.3", 7000), new InetSocketAddress("::1", 7001));
  }

  @Test
  void junkIsOneLine() {
    for (var junk : new String[] {"<html>", "d8:interval", "le", ""}) {
      assertThatThrownBy(() -> parse(junk)).isInstanceOf(IOException.class);
    }
  }

  private static AnnounceAnswer ask(Handler tracker, String path) throws Exception {
    try (var server =
            HttpServer.builder().listen(new Endpoint("127.0.0.1", 0)).handler(tracker).start();
        var client = new HttpTrackerClient(Dialer.over(Network.real()), AnnounceLimits.DEFAULT)) {
      return client.announce("http://" + Endpoint.of(server.address()) + path, request());
    }
  }

  @Test
  void aRedirectIsFollowedALoopIsNot() throws Exception {
    var answer =
        ask(
            r ->
                r.path().equals("/old/announce")
                    ? Response.redirect(Status.FOUND, "/announce")
                    : Response.text("d8:intervali9e5:peers0:e"),
            "/old/announce");
    assertThat(answer).isInstanceOf(AnnounceAnswer.Accepted.class);
    assertThatThrownBy(() -> ask(_ -> Response.redirect(Status.FOUND, "/announce"), "/announce"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("redirects");
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    assertThatThrownBy(
            () ->
                ask(
                    _ ->
                        Response.stream(
                            "text/plain",
                            out -> {
                              var chunk = new byte[64 * 1024];
                              for (int i = 0; i < 1_600; i++) {
                                out.write(chunk);
                              }
                            }),
                    "/announce"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aTrackerOnThisMachineMustBeAtAnnounce() {
    assertThatThrownBy(() -> ask(_ -> Response.text("de"), "/admin/delete"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/announce");
  }

  @Test
  void otherSchemesAreNotSpoken() {
    try (var client = new HttpTrackerClient(Dialer.over(Network.real()), AnnounceLimits.DEFAULT)) {
      for (var url : new String[] {"file:///etc/passwd", "gopher://x/announce", "http:"}) {
        assertThatThrownBy(() -> client.announce(url, request())).isInstanceOf(IOException.class);
      }
    }
  }
}
