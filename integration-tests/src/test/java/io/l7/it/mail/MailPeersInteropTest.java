package io.l7.it.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.testing.MailServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Other people's servers between two of ours: a mail goes from us to the peer over TLS, and from
 * the peer to us over TLS, so that both directions are tried at once.
 */
@Tag("interop")
class MailPeersInteropTest {
  @TempDir Path folder;

  private interface Peer {
    /** Starts it: it listens on a port and sends everything to another, over TLS. */
    Process start(int port, int next) throws Exception;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Sends a mail over us, the peer and us again; gives back what arrived. */
  private String through(Peer peer, TlsPolicy toPeer) throws Exception {
    var port = freePort();
    try (var last = MailServer.start("hamburger.edu", "bob");
        var first =
            MailServer.start(
                "crepes.fr",
                List.of("alice"),
                b ->
                    b.relayNets(Cidr.LOOPBACK)
                        .relay(
                            o ->
                                o.smarthost(new Endpoint("127.0.0.1", port), Optional.empty())
                                    .tls(toPeer, TlsTrust.insecure())))) {
      var process = peer.start(port, last.smtp().port());
      try {
        awaitListening(process, port);
        try (var client = new MailClient(first.smtp())) {
          assertThat(client.send("bob@hamburger.edu", "Hi", "Do you like ketchup?\r\n..\r\n"))
              .startsWith("250 ");
        }
        var got = last.await("bob", 1, Duration.ofSeconds(25)).getFirst();
        assertThat(got.body()).isEqualTo("Do you like ketchup?\n.\n\n");
        assertThat(got.sender()).isEqualTo("a@crepes.fr");
        assertThat(got.text()).containsPattern("by hamburger.edu with (UTF8SMTP|ESMTP)S\n");
        return got.text();
      } finally {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.waitFor();
      }
    }
  }

  private static void awaitListening(Process process, int port) throws IOException {
    for (var i = 0; i < 200 && process.isAlive(); i++) {
      try (var socket = new java.net.Socket("127.0.0.1", port)) {
        assertThat(socket.isConnected()).isTrue();
        return;
      } catch (IOException e) {
        LockSupport.parkNanos(50_000_000);
      }
    }
    throw new IOException("the peer does not listen");
  }

  private Path certificate(String name) throws Exception {
    var key = folder.resolve(name + ".key");
    var ran =
        Program.run(
            Map.of(),
            "",
            Program.need("openssl"),
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            key,
            "-out",
            folder.resolve(name + ".crt"),
            "-days",
            "2",
            "-subj",
            "/CN=peer.example");
    assertThat(ran.status()).as(ran.output()).isZero();
    return key;
  }

  private static void needsRoot() {
    Program.missing(
        !"root".equals(System.getProperty("user.name")), "this peer has to be started by root");
  }

  private static void needsUser(String name) throws Exception {
    Program.missing(
        Program.run(Map.of(), "", "getent", "passwd", name).status() != 0,
        "there is no user " + name);
  }

  private void open(Path path) throws Exception {
    Program.run(Map.of(), "", "chmod", "-R", "a+rX", path);
  }

  @Test
  void postfix() throws Exception {
    Program.need("postfix");
    needsRoot();
    certificate("peer");
    open(folder);
    for (var sub : List.of("conf", "queue", "data")) {
      Files.createDirectories(folder.resolve(sub));
    }
    Program.run(Map.of(), "", "chown", "postfix", folder.resolve("data"));
    var text =
        through(
            (port, next) -> {
              Files.writeString(
                  folder.resolve("conf/main.cf"),
                  """
                  compatibility_level = 3.6
                  queue_directory = %1$s/queue
                  data_directory = %1$s/data
                  daemon_directory = /usr/lib/postfix/sbin
                  myhostname = peer.example
                  mydestination =
                  inet_interfaces = 127.0.0.1
                  inet_protocols = ipv4
                  mynetworks = 127.0.0.0/8
                  relayhost = [127.0.0.1]:%2$d
                  smtp_tls_security_level = encrypt
                  smtpd_tls_security_level = encrypt
                  smtpd_tls_received_header = yes
                  smtpd_tls_cert_file = %1$s/peer.crt
                  smtpd_tls_key_file = %1$s/peer.key
                  smtpd_peername_lookup = no
                  alias_maps =
                  """
                      .formatted(folder, next));
              Files.writeString(
                  folder.resolve("conf/master.cf"),
                  """
                  127.0.0.1:%d inet n - n - - smtpd
                  cleanup unix n - n - 0 cleanup
                  qmgr unix n - n 300 1 qmgr
                  rewrite unix - - n - - trivial-rewrite
                  bounce unix - - n - 0 bounce
                  defer unix - - n - 0 bounce
                  trace unix - - n - 0 bounce
                  error unix - - n - - error
                  retry unix - - n - - error
                  proxymap unix - - n - - proxymap
                  smtp unix - - n - - smtp
                  anvil unix - - n - 1 anvil
                  scache unix - - n - 1 scache
                  tlsmgr unix - - n 1000? 1 tlsmgr
                  """
                      .formatted(port));
              var conf = folder.resolve("conf").toString();
              var checked = Program.run(Map.of(), "", Program.need("postfix"), "-c", conf, "check");
              assertThat(checked.status()).as(checked.output()).isZero();
              return Program.start(
                  folder.resolve("log"),
                  folder,
                  List.of("/usr/lib/postfix/sbin/master", "-c", conf, "-d"));
            },
            TlsPolicy.REQUIRED);
    assertThat(text).contains("by peer.example (Postfix)", "using TLSv1.3");
  }

  @Test
  void exim() throws Exception {
    var exim = Program.need("exim4");
    needsRoot();
    needsUser("Debian-exim");
    certificate("peer");
    open(folder);
    for (var sub : List.of("spool", "log")) {
      Files.createDirectories(folder.resolve(sub));
      Program.run(Map.of(), "", "chown", "Debian-exim", folder.resolve(sub));
    }
    var text =
        through(
            (port, next) -> {
              var config =
                  Files.writeString(
                      folder.resolve("exim.conf"),
                      """
                      exim_path = %2$s
                      keep_environment =
                      primary_hostname = peer.example
                      daemon_smtp_ports = %3$d
                      local_interfaces = 127.0.0.1
                      spool_directory = %1$s/spool
                      log_file_path = %1$s/log/%%slog
                      pid_file_path = %1$s/spool/pid
                      tls_advertise_hosts = *
                      tls_certificate = %1$s/peer.crt
                      tls_privatekey = %1$s/peer.key
                      acl_smtp_rcpt = accept
                      acl_smtp_data = accept
                      begin routers
                      on:
                        driver = manualroute
                        route_list = * 127.0.0.1
                        self = send
                        transport = out
                      begin transports
                      out:
                        driver = smtp
                        port = %4$d
                        hosts_require_tls = *
                        tls_verify_hosts = :
                        tls_try_verify_hosts = :
                      begin retry
                      * * F,1h,1m
                      """
                          .formatted(folder, exim, port, next));
              return Program.start(
                  folder.resolve("out"),
                  folder,
                  List.of(exim.toString(), "-C", config.toString(), "-bdf"));
            },
            TlsPolicy.REQUIRED);
    assertThat(text).contains("by peer.example with esmtps", "(Exim ");
  }

  /** OpenSMTPD 6.8 of Debian 12 cannot be a TLS server with its OpenSSL 3, to no client. */
  @Test
  void openSmtpd() throws Exception {
    var smtpd = Program.need("smtpd");
    needsRoot();
    needsUser("opensmtpd");
    needsUser("opensmtpq");
    for (var needed : List.of("/var/lib/opensmtpd/empty", "/var/spool/smtpd")) {
      Program.missing(!Files.isDirectory(Path.of(needed)), needed + " is not there");
    }
    var text =
        through(
            (port, next) -> {
              var config =
                  Files.writeString(
                      folder.resolve("smtpd.conf"),
                      """
                      listen on 127.0.0.1 port %d hostname peer.example
                      action "out" relay host smtp+tls://127.0.0.1:%d tls no-verify
                      match from any for any action "out"
                      """
                          .formatted(port, next));
              return Program.start(
                  folder.resolve("out"),
                  Objects.requireNonNull(smtpd.getParent()),
                  List.of("./smtpd", "-d", "-f", config.toString()));
            },
            TlsPolicy.OPPORTUNISTIC);
    assertThat(text).contains("by peer.example (OpenSMTPD)");
  }
}
