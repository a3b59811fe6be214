package io.l7.it.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Configurations of other authorities, each the secondary or the primary of one zone {@code test}.
 */
enum Peers {
  BIND("named") {
    @Override
    Program secondary(Path folder, int port, int primary) throws IOException {
      return named(
          folder,
          port,
          "type secondary; file \"test.zone\"; masterfile-format text;"
              + (" primaries { 127.0.0.1 port " + primary + " key k; };"));
    }

    @Override
    Program primary(Path folder, int port, int secondary) throws IOException {
      return named(
          folder,
          port,
          "type primary; file \"test.zone\"; ixfr-from-differences yes; notify explicit;"
              + " allow-transfer { key k; };"
              + (" also-notify { 127.0.0.1 port " + secondary + " key k; };"));
    }

    private Program named(Path folder, int port, String zone) throws IOException {
      Files.writeString(
          folder.resolve("named.conf"),
          """
          options {
            directory "%s"; pid-file none; session-keyfile none; lock-file none;
            listen-on port %d { 127.0.0.1; }; listen-on-v6 { none; };
            recursion no; dnssec-validation no; notify-delay 0;
          };
          controls { };
          key "k" { algorithm hmac-sha256; secret "%s"; };
          zone "test" { %s };
          """
              .formatted(folder, port, SECRET, zone));
      var program = Program.start(folder, List.of("named", "-g", "-c", "named.conf", "-n", "1"));
      program.await("running");
      return program;
    }
  },

  NSD("nsd") {
    @Override
    Program secondary(Path folder, int port, int primary) throws IOException {
      return nsd(
          folder, port, "request-xfr: 127.0.0.1@" + primary + " k\n  allow-notify: 127.0.0.1 k");
    }

    @Override
    Program primary(Path folder, int port, int secondary) throws IOException {
      return nsd(
          folder,
          port,
          "provide-xfr: 127.0.0.1 k\n  store-ixfr: yes\n  create-ixfr: yes\n  notify: 127.0.0.1@"
              + secondary
              + " k");
    }

    private Program nsd(Path folder, int port, String zone) throws IOException {
      Files.writeString(
          folder.resolve("nsd.conf"),
          """
          server:
            ip-address: 127.0.0.1
            port: %d
            username: ""
            zonesdir: "%s"
            database: ""
            zonelistfile: "zone.list"
            xfrdfile: "xfrd.state"
            xfrdir: "%s"
            pidfile: "nsd.pid"
            server-count: 1
            xfrd-reload-timeout: 0
          remote-control:
            control-enable: no
          key:
            name: "k"
            algorithm: hmac-sha256
            secret: "%s"
          zone:
            name: "test"
            zonefile: "test.zone"
            %s
          """
              .formatted(port, folder, folder, SECRET, zone.replace("\n", "\n  ")));
      var program = Program.start(folder, List.of("nsd", "-d", "-c", "nsd.conf"));
      program.await("nsd started");
      return program;
    }
  },

  KNOT("knotd") {
    @Override
    Program secondary(Path folder, int port, int primary) throws IOException {
      return knot(folder, port, primary, "master: l7\n    acl: notified");
    }

    @Override
    Program primary(Path folder, int port, int secondary) throws IOException {
      return knot(
          folder, port, secondary, "notify: l7\n    acl: copied\n    zonefile-load: difference");
    }

    private Program knot(Path folder, int port, int other, String zone) throws IOException {
      Files.writeString(
          folder.resolve("knot.conf"),
          """
          server:
              listen: 127.0.0.1@%d
              rundir: "%s"
              udp-workers: 1
              tcp-workers: 1
              background-workers: 1
          database:
              storage: "%s"
          log:
            - target: stdout
              any: info
          key:
            - id: k
              algorithm: hmac-sha256
              secret: "%s"
          remote:
            - id: l7
              address: 127.0.0.1@%d
              key: k
          acl:
            - id: notified
              address: 127.0.0.1
              key: k
              action: notify
            - id: copied
              address: 127.0.0.1
              key: k
              action: transfer
          zone:
            - domain: test
              storage: "%s"
              file: test.zone
              %s
          """
              .formatted(port, folder, folder, SECRET, other, folder, zone));
      var program = Program.start(folder, List.of("knotd", "-c", "knot.conf"));
      program.await("server started");
      return program;
    }
  };

  static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZg==";

  /** The name of the program. */
  final String program;

  Peers(String program) {
    this.program = program;
  }

  /** Starts it as the secondary of a primary on that port. */
  abstract Program secondary(Path folder, int port, int primary) throws IOException;

  /** Starts it with {@code test.zone} as the primary that notifies that port. */
  abstract Program primary(Path folder, int port, int secondary) throws IOException;
}
