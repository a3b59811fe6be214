package io.l7.cli.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.json.Json;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Transcript;
import io.l7.http.HttpServer;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.client.MxResolver;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.ReportMailer;
import io.l7.smtp.tlsrpt.ReportUri;
import io.l7.smtp.tlsrpt.TlsReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports over HTTPS, to a server of our own on loopback. */
class TlsReportCourierTest {
  private static final CertificateAuthority CA =
      CertificateAuthority.create("Burgers", InstantSource.system());
  private static final TlsReport REPORT =
      new TlsReport(
          "mx.crepes.fr",
          Mailbox.of("tls@crepes.fr"),
          LocalDate.of(2026, 1, 2),
          "hamburger.edu",
          Json.array(List.of()));

  private final List<String> got = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"), TlsIdentity.of(CA.issue("tls.hamburger.edu")))
            .handler(this::answer)
            .start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private Response answer(Request request) throws IOException {
    try (var in = request.body().open()) {
      var zip = new GZIPInputStream(new ByteArrayInputStream(in.readAllBytes()));
      got.add(
          request.method()
              + " "
              + request.field("Content-Type").orElse("")
              + " "
              + new String(zip.readAllBytes(), StandardCharsets.UTF_8));
    }
    return switch (request.path()) {
      case "/v1" -> Response.of(Status.CREATED);
      case "/moved" -> Response.redirect(Status.FOUND, "/v1");
      default -> Response.error(Status.SERVICE_UNAVAILABLE);
    };
  }

  private void post(String path, TlsTrust trust) throws IOException {
    var dialer = Dialer.over(Network.real());
    var mailer =
        new ReportMailer(
            RelayOptions.of("crepes.fr", dialer, MxResolver.implicit()),
            Optional.empty(),
            InstantSource.system());
    try (var courier =
        new TlsReportCourier(
            mailer, trust, host -> List.of(InetAddress.getLoopbackAddress()), Transcript.none())) {
      var uri = "https://tls.hamburger.edu:" + server.address().getPort() + path;
      courier.post(new ReportUri.Https(URI.create(uri)), REPORT);
    }
  }

  @Test
  @Spec({"RFC 8460 §5.4", "RFC 8460 §6.4"})
  void aReportIsPosted() throws IOException {
    post("/v1", TlsTrust.of(List.of(CA.certificate())));
    assertThat(got).containsExactly("POST application/tlsrpt+gzip " + REPORT.json());
  }

  @Test
  @Spec("RFC 8460 §5.4")
  void aRefusalARedirectAndAServerThatNobodyTrustsHaveNotTakenIt() {
    for (var path : List.of("/full", "/moved")) {
      assertThatThrownBy(() -> post(path, TlsTrust.of(List.of(CA.certificate()))))
          .isInstanceOf(IOException.class);
    }
    got.clear();
    assertThatThrownBy(() -> post("/v1", TlsTrust.system())).isInstanceOf(IOException.class);
    assertThat(got).isEmpty();
  }
}
