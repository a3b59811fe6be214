package io.l7.lab.magic;

import io.l7.common.link.Impairment;
import io.l7.common.time.Pause;
import io.l7.common.tls.TlsIdentity;
import io.l7.http.HttpServer;
import io.l7.http.message.Response;
import io.l7.lab.core.Domains;
import io.l7.lab.core.World;
import io.l7.lab.names.NameSystem;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.auth.MemoryUsers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The names that misbehave, for those who test what their program does then. Each is found from the
 * root like any other.
 */
public final class MagicNames {
  /** Its name server answers SERVFAIL. */
  public static final String SERVFAIL = "servfail.fail.lab";

  /** A site whose name and whose pages both come late, by {@link #DELAY} each. */
  public static final String SLOW = "slow.lab";

  /** A mail domain whose server refuses every recipient with 550 (RFC 5321 §4.2.2). */
  public static final String REFUSING = "550.fail.lab";

  /** A site by HTTPS alone, whose certificate of the lab's authority has expired. */
  public static final String EXPIRED = "expired.lab";

  /** How late {@link #SLOW} answers. */
  public static final Duration DELAY = Duration.ofMillis(300);

  private static final Duration DAY = Duration.ofDays(1);

  private MagicNames() {}

  /** Adds all of them to a world. */
  public static void add(World world) throws IOException {
    Domains.add(world, "fail.lab");
    servfail(world);
    slow(world);
    refusing(world);
    expired(world);
  }

  private static void servfail(World world) throws IOException {
    var server = world.hosts().make("dns." + SERVFAIL, Role.AUTHORITY);
    world.names().delegate(SERVFAIL, server, new Servfail());
  }

  private static void slow(World world) throws IOException {
    Domains.add(world, SLOW);
    var server = world.host("dns." + SLOW, Role.AUTHORITY);
    world.links().up(server.address()).impairment(Impairment.NONE.delay(DELAY));
    world.site(
        SLOW,
        Role.WEB,
        request -> {
          Pause.of(DELAY);
          return Response.text("at last");
        });
  }

  private static void refusing(World world) throws IOException {
    var host = world.host("mail." + REFUSING, Role.MAIL);
    world
        .names()
        .zoneOf(REFUSING)
        .add(REFUSING + ".", NameSystem.TTL, "MX", "10 " + host.name() + ".");
    world.own(
        SmtpServer.on(world.folder().resolve("mail-" + REFUSING))
            .domains(REFUSING)
            .hostname(host.name())
            .users(new MemoryUsers())
            .listen(host.at(world.ports().of(25)))
            .network(host.network())
            .transcript(world.transcript())
            .start());
  }

  private static void expired(World world) throws IOException {
    Domains.add(world, EXPIRED);
    LabHost host = world.host(EXPIRED, Role.WEB);
    var now = Instant.now();
    var certificate =
        world.authority().issue(List.of(EXPIRED), now.minus(DAY.multipliedBy(30)), now.minus(DAY));
    world.own(
        HttpServer.builder()
            .network(host.network())
            .listen(host.at(world.ports().of(443)), TlsIdentity.of(certificate))
            .handler(request -> Response.text("you should not see this"))
            .transcript(world.transcript())
            .start());
  }
}
