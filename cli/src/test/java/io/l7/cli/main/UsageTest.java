package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.http.HttpServer;
import io.l7.http.message.Response;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is typed wrong is wrong usage, told in one line before anything is sent or served. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class UsageTest {
  @TempDir private Path folder;

  private record Outcome(int status, String out, String err) {}

  private Outcome run(String words) {
    var out = new StringWriter();
    var err = new StringWriter();
    String[] arguments = words.replace("DIR", folder.toString()).split(" ");
    int status = Main.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Outcome(status, out.toString(), err.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          http get ftp://127.0.0.1:1/                                 | not an http or https URL
          http get http://127.0.0.1:1/ -X (                           | a method is a token
          http get http://127.0.0.1:1/ -H a@b:c                       | a field name is a token
          http get http://127.0.0.1:1/ -w %{bar}                      | %{bar} is not one of http_code
          http get http://127.0.0.1:1/ -C 100 -o DIR/x                | -C takes - alone
          http get http://127.0.0.1:1/ -C -                           | -C needs -o or -O
          http get http://127.0.0.1:1/ --range x                      | --range: A-B, A- or -LAST
          http get http://127.0.0.1:1/ -O                             | names no file
          http explain ftp://127.0.0.1:1/                             | not an http or https URL
          http serve DIR --proxy foo                                  | not [HOST]/PREFIX=URL
          http serve DIR --proxy /x=ftp://a                           | not an http or https URL
          http serve DIR --cache much                                 | 'much' is not like
          http serve DIR --balance foo                                | --balance: round-robin
          http serve --proxy /=http://a/x,http://b/y                  | its URLs differ in their paths
          http serve --proxy /=http://a --cache-dir DIR/c             | --cache-dir is for --cache
          http serve DIR --cache 1MB                                  | --cache is for --proxy
          http serve DIR --rate-burst 5                               | --rate-burst is for --rate-limit
          http serve DIR --no-http2 --max-streams 5                   | --max-streams is at least 1, and of HTTP/2
          http serve DIR --rate-limit 0                               | --rate-limit is over 0
          http serve --proxy /=http://a --health-path /a\tb           | a request target is visible
          http get http://127.0.0.1:1/ -x ftp://a                     | a proxy is http://HOST:PORT
          dns serve --zone foo                                        | not of the form NAME=FILE
          dns serve --recursive --routes DIR/x                        | --routes is for --zone
          dns serve --recursive --update-policy DIR/x                 | --update-policy is for --allow-update
          dns serve --recursive --notify 127.0.0.1:1                  | --notify is for --zone or --secondary
          dns serve --zone a=DIR/x --secondary-dir DIR                | --secondary-dir is for --secondary
          dns serve --recursive --acl foo                             | --acl foo: neither a network
          dns serve --recursive --cookie-secret zz                    | 32 hexadecimal digits
          dns serve --recursive --forward-zone foo                    | not NAME=HOST:PORT
          dns query a @127.0.0.1:1 +bufsize=x                         | '+bufsize=x': a number
          dns explain a b @127.0.0.1:1                                | what is 'b.'?
          dns explain a A MX @127.0.0.1:1                             | what is 'MX'?
          dns explain a +tcp @127.0.0.1:1                             | '+tcp' is for 'l7 dns query'
          dns update --server 127.0.0.1:1 --zone a add b x A 10.0.0.1 | 'x' is no TTL
          dns update --server 127.0.0.1:1 --zone a add b 2147483648 A 10.0.0.1 | a TTL is 0 to 2147483647
          dns registrar add a..b --server 127.0.0.1:1 --ns c=10.0.0.1          | label of 0 octets
          dns registrar add a.b --server 127.0.0.1:1 --ns c=10.0.0.1 --ttl -1  | a TTL is 0 to 2147483647
          dns zone keygen a..b --keys DIR                             | label of 0 octets
          dns zone ds a..b --keys DIR                                 | label of 0 octets
          dns cache dump --server 127.0.0.1:1 a..b                    | label of 0 octets
          dns cache flush --server 127.0.0.1:1 a..b                   | label of 0 octets
          dns query a @127.0.0.1:1 --tries 0                          | --tries: at least 1
          dns query a @127.0.0.1:1 --timeout 0s                       | --timeout: from 1ms to 1d
          dns query a @127.0.0.1:1 --timeout 30d                      | --timeout: from 1ms to 1d
          dns query a -p 70000                                        | -p: a port from 1 to 65535
          dns query a --iterate --forward-zone foo                    | not NAME=HOST:PORT
          dns query a @127.0.0.1:1 --iterate --root-hints DIR/x       | @HOST and --root-hints exclude each other
          dns query a @127.0.0.1:1 --forward 127.0.0.1:1              | @HOST and --forward exclude each other
          dns explain a @127.0.0.1:1 --root-hints DIR/x               | @HOST and --root-hints exclude each other
          dns serve --recursive --query-log-json                      | --query-log-json is for --query-log
          dns serve --zone a=DIR/x --allow-transfer foo               | --allow-transfer foo: neither a network
          dns query -x 1.2.3.4.5 @127.0.0.1:1                         | -x: '1.2.3.4.5' is not an address
          dns zone keygen a --keys DIR --algorithm DSA                | RFC 8624 forbids new keys of DSA
          dns zone sign a=DIR/x --keys DIR -o DIR/y --algorithm DSA   | RFC 8624 forbids new keys of DSA
          dns zone sign a=DIR/x --keys DIR -o DIR/y --lifetime 0s     | --lifetime: from 1s to 3650d
          dns zone sign a=DIR/x --keys DIR -o DIR/y --lifetime 99999d | --lifetime: from 1s to 3650d
          dns explain a --negative-trust-anchor a..b                  | label of 0 octets
          dns explain a @host.example                                 | 'host.example' must be an address
          dns serve --zone a=DIR/x --forward-zone b=127.0.0.1:1       | --forward-zone is for --recursive
          dns serve --zone a=DIR/x --rpz b=DIR/x                      | --rpz is for --recursive
          dns serve --recursive --rpz-log -                           | --rpz-log is for --rpz
          dns serve --recursive --rpz a --rpz-policy b=drop           | not ZONE=ACTION with a zone of --rpz
          dns serve --recursive --rpz a --rpz-policy a=foo            | 'foo' is none of nxdomain
          dns serve --recursive --rpz a..b=DIR/x                      | label of 0 octets
          dns serve --zone a=DIR/x --acl 192.0.2.0/24                 | --acl is for --recursive
          dns serve --zone a=DIR/x --any                              | --any is for --recursive
          dns serve --zone a=DIR/x --cookie-secret 00112233445566778899aabbccddeeff | --cookie-secret is for --recursive
          dns serve --zone a=DIR/x --dns64                            | --dns64 is for --recursive
          dns serve --recursive --dns64 64:ff9b::/95                  | --dns64 64:ff9b::/95: an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits, as 64:ff9b::/96
          dns serve --recursive --dns64 x                             | --dns64 x: an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits, as 64:ff9b::/96
          dns serve --recursive --dns64 64:ff9b::/x                   | --dns64 64:ff9b::/x: an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits, as 64:ff9b::/96
          dns serve --recursive --dns64 64:ff9b::                     | --dns64 64:ff9b::: an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits, as 64:ff9b::/96
          dns serve --recursive --dns64 192.0.2.0/96                  | --dns64 192.0.2.0/96: an IPv6 prefix of 32, 40, 48, 56, 64 or 96 bits, as 64:ff9b::/96
          dns serve --recursive --dns64 2001:db8:0:0:100::/96         | bits 64 to 71 are zero
          dns serve --zone a=DIR/x --without IPV6                     | --without is for --recursive
          dns serve --zone a=DIR/x --local-zone b=static              | --local-zone is for --recursive
          dns serve --zone a=DIR/x --trust-anchor-state DIR/s         | --trust-anchor-state is for --recursive
          bt get X.torrent -d DIR --up fast                           | --up: 'fast' is not like
          bt create DIR -o DIR/x --piece-length long                  | --piece-length: 'long'
          bt create DIR -o DIR/x --tracker foo                        | not a URL of a tracker
          bt create DIR -o DIR/x --threads 0                          | --threads: at least 1
          bt verify X.torrent -d DIR --threads -1                     | --threads: at least 1
          bt get X.torrent -d DIR --select [                          | --select [
          bt get X.torrent -d DIR --status 0s                         | --status: at least 100ms
          bt get X.torrent -d DIR --tls-self-signed                   | peers speak no TLS
          bt sim --peers 2 --size 1MB --up 1MB/s --seed-up 1MB/s --piece-length 8GiB | --piece-length
          bt sim --peers 2 --size 1MB --up 1MB/s --seed-up 1MB/s --leave -1          | fewer than no
          dns serve --recursive --rrl -5                              | --rrl and --client-limit
          dns serve --recursive --receivers 0                         | --receivers: at least 1
          smtp serve --domain a.example --store DIR --smtp-port 99999 | --smtp-port: 1 to 65535
          smtp serve --domain a.example --store DIR --relay-tls dane  | --relay-tls dane needs --resolver HOST:PORT, one that passes signatures on
          smtp serve --domain a.example --store DIR --max-size 0      | --max-size: 1 at least
          smtp serve --domain a.example --store DIR --tls-report a@b  | --tls-report needs --resolver HOST:PORT, no --relay-to, and --relay-tls opportunistic or dane
          smtp serve --domain a.example --store DIR --trust-anchor x  | --trust-anchor is for --relay-tls dane
          smtp serve --domain a.example --store DIR --mta-sts-port 8443 | --mta-sts-port is for --mta-sts
          smtp serve --domain a.example --store DIR --mta-sts-port 443 | --mta-sts-port is for --mta-sts
          smtp serve --domain a.example --store DIR --relay-auth a:b  | --relay-auth is for --relay-to
          smtp send --mx --to a@b.example --smtp-port 0               | --smtp-port: 1 to 65535
          dash serve DIR --segment 0s                                 | --segment: at least 200ms
          dash serve DIR/film --dvr 20s                               | --dvr is for --live
          dash serve DIR/film --live-delay 4s                         | --live-delay is for --live
          dash serve DIR/film --form number                           | --form is for --live
          dash serve DIR --base-url http://a/                         | --base-url is for a VIDEO
          dash serve DIR --segment 2s                                 | --segment is for a VIDEO
          dash serve DIR/film --live --form on-demand                 | --form: timeline or number
          smtp serve --domain a.example --store DIR --smtp-port abc   | 'abc' is not a whole number
          smtp serve --domain a.example --store DIR --relay-tls foo   | 'foo' is none of off, opportunistic, dane, required, implicit
          dns serve --recursive --clock abc                           | 'abc' is not a whole number
          dns serve --recursive --local-zone foo                      | --local-zone: 'foo' is not NAME=KIND
          dns serve --recursive --local-zone foo=bar                  | --local-zone: 'bar' is none of
          dns serve --zone foo                                        | --zone: 'foo' is not of the form NAME=FILE
          dns serve --secondary foo                                   | --secondary: 'foo' is not NAME=HOST:PORT
          dash play ftp://127.0.0.1:1/x                               | an http or https address
          """)
  void isExitStatusTwo(String words, String why) throws Exception {
    Files.write(folder.resolve("film"), new byte[10]);
    var outcome = run(words.replace("X.torrent", torrent().toString()));
    assertThat(outcome.err()).startsWith("l7: ").contains(why);
    assertThat(outcome.err().lines()).hasSize(2);
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void whatMeansNothingWithoutRecursionIsSaidAndHarmless() {
    var outcome = run("dns serve --zone a=DIR/x --upstream-map DIR/m --trust-anchor DIR/t");
    assertThat(outcome.err())
        .contains("l7: --trust-anchor: nothing is resolved here without --recursive\n")
        .contains("l7: --upstream-map: nothing is resolved here without --recursive\n")
        .contains("l7: DIR/x: ".replace("DIR", folder.toString()));
    assertThat(outcome.status()).as("there is no such zone").isEqualTo(1);
  }

  private Path torrent() {
    Path torrent = folder.resolve("film.torrent");
    assertThat(run("bt create DIR/film -o " + torrent).status()).isZero();
    return torrent;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          smtp mailbox list --store DIR/no --user bob@a.example | DIR/no: no mail store is there
          smtp mailbox cat --store DIR/no --user bob@a.example  | DIR/no: no mail store is there
          smtp user list --users DIR/no                         | DIR/no: no such file
          dns replay DIR                                        | DIR: no scenario (.rpl) in it
          dns zone check a=DIR                                  | DIR: not a file
          dns explain a --root-hints DIR                        | DIR: Is a directory
          dns explain a --root-hints /dev/null                  | /dev/null: no name server with an address
          dns explain a --trust-anchor /dev/null                | /dev/null: no DS or DNSKEY record in it
          dns update --server 127.0.0.1:1 --zone a --key DIR add b 1 A 10.0.0.1 | DIR: Is a directory
          dns query a @127.0.0.1:1 --tcp                        | 127.0.0.1:1: connection refused
          dash lint http://127.0.0.1:1/x                        | http://127.0.0.1:1/x: cannot connect
          bt track --listen 127.0.0.1:0 --allow DIR/no          | DIR/no: no such file
          bt track --listen 127.0.0.1:0 --state DIR/no/x        | DIR/no/x: not a file that
          bt info DIR                                           | DIR: a folder, not a torrent
          http serve DIR --basic-auth DIR/no                    | --basic-auth: DIR/no: no such file
          """)
  void whatIsNotThereIsOneLineAndExitStatusOne(String words, String why) {
    var outcome = run(words);
    assertThat(outcome.err()).startsWith("l7: " + why.replace("DIR", folder.toString()));
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bt get", "bt seed"})
  void whatSpeaksNoTlsListsNoOptionsOfIt(String command) {
    assertThat(run(command + " --help").out()).contains("--listen").doesNotContain("--tls");
    assertThat(run("bt --help").out()).contains("get");
  }

  @Test
  void aFileThatCannotBeWrittenIsNamedAndAUrlMayBeInAnyScript() throws Exception {
    try (var server =
        HttpServer.builder().handler(request -> Response.text(request.path())).start()) {
      String url = "http://127.0.0.1:" + server.address().getPort() + "/ü";
      var got = run("http get " + url + " -o DIR/got");
      assertThat(got.status()).as(got.err()).isZero();
      assertThat(folder.resolve("got")).hasContent("/%C3%BC");
      var full = run("http get " + url + " -o /dev/full");
      assertThat(full.err()).isEqualTo("l7: /dev/full: No space left on device\n");
      assertThat(full.status()).isEqualTo(1);
      var nowhere = run("http get " + url + " -o DIR/no/x");
      assertThat(nowhere.err())
          .isEqualTo("l7: " + folder.resolve("no/x") + ": no such file or folder\n");
    }
  }

  @Test
  void aNameServerThatHangsUpIsNamed() throws Exception {
    try (var rude = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var thread = Thread.ofPlatform().start(() -> hangUp(rude));
      var outcome = run("dns query a --tcp @127.0.0.1:" + rude.getLocalPort());
      thread.join();
      assertThat(outcome.err())
          .isEqualTo(
              "l7: 127.0.0.1:"
                  + rude.getLocalPort()
                  + ": the connection was closed without an answer\n");
      assertThat(outcome.status()).isEqualTo(1);
    }
  }

  private static void hangUp(ServerSocket server) {
    try (var _ = server.accept()) {
      // that is all
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
