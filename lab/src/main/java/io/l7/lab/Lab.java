package io.l7.lab;

import io.l7.dns.Resolver;
import io.l7.http.HttpClient;
import io.l7.lab.core.World;
import io.l7.lab.events.QuestionLog;
import io.l7.lab.jvm.LabAddresses;
import io.l7.lab.mail.LabMail;
import io.l7.lab.mail.MailDrop;
import io.l7.lab.names.Signing;
import io.l7.lab.world.Ground;
import io.l7.lab.world.Hardship;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import java.io.IOException;

/**
 * A little Internet in this process: root name servers, top-level domains, zones, a resolver, mail,
 * sites, swarms and video, every name through its own DNS and every octet over its own links. Many
 * labs may run in one JVM; closing one leaves no thread, no port and no file. Safe for all threads.
 */
public final class Lab implements AutoCloseable {
  private final World world;
  private final LabMail mail;

  Lab(long seed, Signing.Kind zones, Ground ground, Hardship hardship) throws IOException {
    world = new World(seed, zones, ground, hardship);
    mail = new LabMail(world);
  }

  /** Begins to describe a lab. */
  public static LabBuilder builder() {
    return new LabBuilder();
  }

  /** The ground it stands on: hosts, links, names, certificates. */
  public World world() {
    return world;
  }

  /** The host of that name, made when it is new. */
  public LabHost host(String name, Role role) {
    return world.host(name, role);
  }

  /** The resolver that everything uses. */
  public Resolver resolver() {
    return world.resolver();
  }

  /** A web client on {@code host}; close it. */
  public HttpClient browser(LabHost host) {
    return world.browser(host);
  }

  /** What name servers were asked. */
  public QuestionLog dns() {
    return world.questions();
  }

  /** The mail domains. */
  public LabMail mail() {
    return mail;
  }

  /** The mailbox of {@code user@domain}. */
  public MailDrop mail(String address) {
    return mail.mailbox(address);
  }

  /**
   * Lets the rest of this JVM find the lab's hosts by name until the lab is closed, through the
   * JDK's resolver interface: unmodified clients, {@code java.net.http} as any other, join so.
   * Needs this module before others that provide a resolver (dnsjava) on the class path.
   */
  public void join() {
    world.own(LabAddresses.join(world.resolver()));
  }

  @Override
  public void close() {
    world.close();
  }
}
