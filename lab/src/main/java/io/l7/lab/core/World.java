package io.l7.lab.core;

import io.l7.common.link.Links;
import io.l7.common.net.Dialer;
import io.l7.common.net.HostResolver;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.Pem;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Ring;
import io.l7.common.transcript.Transcript;
import io.l7.dns.Resolver;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Handler;
import io.l7.lab.events.LabEvents;
import io.l7.lab.events.QuestionLog;
import io.l7.lab.events.Sequencer;
import io.l7.lab.names.NameSystem;
import io.l7.lab.names.Signing;
import io.l7.lab.world.Ground;
import io.l7.lab.world.Hardship;
import io.l7.lab.world.Hosts;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Ports;
import io.l7.lab.world.Role;
import io.l7.lab.world.Slice;
import io.l7.lab.world.TempFolder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every part of a lab stands on: hosts with names on loopback addresses of its own, links with
 * rate and delay, a root with everything below it, a resolver that walks from there, an authority
 * that all clients trust. Hosts, zones and sites can be added while it runs. Closing it leaves no
 * thread, no port and no file. Safe for all threads.
 */
public final class World implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(World.class);

  private final Ground ground;
  private final Slice slice;
  private final Ports ports;
  private final Links links;
  private final Hosts hosts;
  private final LabEvents events = new LabEvents();
  private final Ring ring = new Ring();
  private final Transcript transcript;
  private final CertificateAuthority authority;
  private final TlsTrust trust;
  private final Path trustFile;
  private final QuestionLog questions;
  private final NameSystem names;
  private final Resolver resolver;
  private final InetSocketAddress resolverAddress;
  private final Object closing = new Object();
  private final TempFolder folder;
  private final ArrayDeque<AutoCloseable> running = new ArrayDeque<>();
  private boolean closed;

  /** A world with a root and a resolver; chance comes from {@code seed}. */
  public World(long seed, Signing.Kind zones, Ground ground, Hardship hardship) throws IOException {
    this.ground = ground;
    slice = own(Slice.take());
    try {
      folder = own(TempFolder.create("l7-lab"));
      ports = Ports.probe(slice);
      links = new Links(ground.time(), seed);
      links.otherwise(hardship.by(seed));
      hosts = new Hosts(slice, ground.network(), links);
      questions = new QuestionLog(events, hosts);
      transcript = Transcript.of(ring, new Sequencer(events, hosts));
      authority =
          CertificateAuthority.create("L7 lab root, for tests only", InstantSource.system());
      trust = TlsTrust.of(List.of(authority.certificate()));
      trustFile = folder.path().resolve("lab-ca.pem");
      Files.writeString(trustFile, Pem.text(authority.certificate()));
      names =
          own(new NameSystem(hosts, ports, questions, new Signing(zones, clock()), ground.time()));
      var resolving = hosts.make("resolver.lab", Role.RESOLVER);
      resolver = own(names.resolver(resolving));
      resolverAddress = names.serve(resolver, resolving);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Closes {@code part} when the lab closes, before what was there already. */
  public <T extends AutoCloseable> T own(T part) {
    synchronized (running) {
      if (!closed) {
        running.push(part);
        return part;
      }
    }
    // Who was still at work when it closed would leave its ports and threads behind.
    close(part);
    throw new IllegalStateException("the lab is closed");
  }

  /** The host of that name, made and given an address record when it is new. */
  public LabHost host(String name, Role role) {
    var known = hosts.find(name);
    if (known.isPresent()) return known.get();
    var made = hosts.make(name, role);
    names.address(made);
    return made;
  }

  /** All hosts. */
  public Hosts hosts() {
    return hosts;
  }

  /** What it stands on: the network under the links, and time. */
  public Ground ground() {
    return ground;
  }

  /** The lab's time of day. */
  public InstantSource clock() {
    return ground.time().clock();
  }

  /** The links between them. */
  public Links links() {
    return links;
  }

  /** Which ports stand for the well-known ones. */
  public Ports ports() {
    return ports;
  }

  /** The zones and their servers. */
  public NameSystem names() {
    return names;
  }

  /** What name servers were asked. */
  public QuestionLog questions() {
    return questions;
  }

  /** The resolver that everything uses. */
  public Resolver resolver() {
    return resolver;
  }

  /** Where programs that are not ours can ask it. */
  public InetSocketAddress resolverAddress() {
    return resolverAddress;
  }

  /** What happens, as it happens. */
  public LabEvents events() {
    return events;
  }

  /** The last of all dialogues. */
  public Ring dialogues() {
    return ring;
  }

  /** Where servers of this lab tell their dialogues. */
  public Transcript transcript() {
    return transcript;
  }

  /** Who signs the certificates. */
  public CertificateAuthority authority() {
    return authority;
  }

  /** Trust in the lab's authority alone. */
  public TlsTrust trust() {
    return trust;
  }

  /** The certificate of {@link #authority()} as PEM, for programs that are not ours. */
  public Path trustFile() {
    return trustFile;
  }

  /** A folder for files of the lab; it goes with it. */
  public Path folder() {
    return folder.path();
  }

  /** Names through the lab's resolver. */
  public HostResolver hostResolver() {
    return resolver.hostResolver();
  }

  /**
   * Connections from {@code host}: names through the resolver, octets over the links. Dialogues are
   * told by the servers.
   */
  public Dialer dialer(LabHost host) {
    return Dialer.over(host.network()).names(hostResolver());
  }

  /** A web client on {@code host}. Close it. */
  public HttpClient browser(LabHost host) {
    return HttpClient.builder()
        .dialer(Dialer.over(host.network()).names(hostResolver()))
        .trust(trust)
        .build();
  }

  /** Certificate and key for {@code names}, signed by the lab's authority. */
  public TlsIdentity identity(String... subjectNames) {
    return TlsIdentity.of(authority.issue(subjectNames));
  }

  /** A web site on a host of that name, by HTTP and HTTPS. */
  public HttpServer site(String name, Role role, Handler handler) throws IOException {
    var host = host(name, role);
    return own(
        HttpServer.builder()
            .network(host.network())
            .listen(host.at(ports.of(80)))
            .listen(host.at(ports.of(443)), identity(name))
            .handler(handler)
            .clock(clock())
            .transcript(transcript)
            .start());
  }

  /** The URL of a path on a site of the lab. */
  public String url(String scheme, String host, String path) {
    return scheme + "://" + host + ports.suffix(scheme.equals("https") ? 443 : 80) + path;
  }

  @Override
  public void close() {
    synchronized (closing) { // whoever is second, as at a signal, returns when all is gone
      while (true) {
        AutoCloseable part;
        synchronized (running) {
          closed = true;
          part = running.poll();
        }
        if (part == null) return;
        close(part);
      }
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("closing {}: {}", part, e.toString());
    }
  }
}
