package io.l7.smtp.client;

import io.l7.common.net.Connection;
import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.address.Domains;
import io.l7.smtp.dane.TlsaAnswer;
import io.l7.smtp.sts.StsLookup;
import io.l7.smtp.sts.StsPolicy;
import io.l7.smtp.tlsrpt.AppliedPolicy;
import io.l7.smtp.tlsrpt.ResultType;
import io.l7.smtp.tlsrpt.TlsSessions;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a session with one server, with as much TLS as the policy wants and the server gives. */
public final class Connector {
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

  private static final TlsSessions NOBODY = TlsSessions.none();

  private final RelayOptions options;

  /** A connector with these options. */
  public Connector(RelayOptions options) {
    this.options = options;
  }

  /** Connects, greets, secures and authenticates. */
  public ClientSession open(Endpoint server) throws IOException {
    return open(Hop.of(server));
  }

  private ClientSession open(Hop hop) throws IOException {
    var session = secured(hop);
    try {
      if (options.credentials().isPresent()) {
        session.authenticate(options.credentials().get());
      }
      return session;
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private ClientSession secured(Hop hop) throws IOException {
    var server = hop.server();
    return switch (options.tls()) {
      case OFF, IMPLICIT -> greet(server);
      case OPPORTUNISTIC -> byPolicy(hop, witness(hop));
      case REQUIRED -> required(server, options.trust(), server.host(), new Witness(NOBODY, hop));
      case DANE -> byRecords(hop, options.dane().orElseThrow(), witness(hop));
    };
  }

  /** What was configured is nobody's to be told of, and an address has no record to ask for it. */
  private Witness witness(Hop hop) {
    var told = options.smarthost().isEmpty() && !Domains.isAddressLiteral(hop.domain());
    return new Witness(told ? options.sessions() : NOBODY, hop);
  }

  private ClientSession byRecords(Hop hop, Dane dane, Witness witness) throws IOException {
    var server = hop.server();
    // RFC 7672 §2.2.1: a host that anyone may have named is not known better by its records
    var answer =
        hop.origin() == MxAnswer.Origin.PROVEN && server.literal().isEmpty()
            ? dane.resolver().lookup(server)
            : new TlsaAnswer.None();
    return switch (answer) {
      case TlsaAnswer.None none -> {
        dane.none().add();
        yield byPolicy(hop, witness); // RFC 8461 §2: never in the place of records that there are
      }
      case TlsaAnswer.Unknown(var why) -> {
        dane.unknown().add();
        var unknown = TlsDemandException.unknown(why);
        witness.underUnknown(AppliedPolicy.Type.TLSA, server.host());
        witness.failed(unknown);
        throw unknown;
      }
      case TlsaAnswer.Found(var base, var records) -> {
        witness.under(base, records);
        try {
          // RFC 7672 §3.2.2: any of them may stand in the certificate
          var names = List.of(base, server.host(), hop.domain());
          var session = required(server, records.trust(names), base, witness);
          if (records.authenticates()) {
            dane.matched().add();
            witness.succeeded();
          } else {
            dane.anyCertificate().add();
            witness.failed(ResultType.TLSA_INVALID, "no record can be used");
          }
          yield session;
        } catch (TlsDemandException e) {
          dane.failed().add();
          witness.failed(e);
          throw e;
        }
      }
    };
  }

  /** As the domain's MTA-STS policy has it, where there is one (RFC 8461 §5). */
  private ClientSession byPolicy(Hop hop, Witness witness) throws IOException {
    if (options.mtaSts().isEmpty()
        || options.smarthost().isPresent()
        || Domains.isAddressLiteral(hop.domain())) {
      return opportunistic(hop, witness);
    }
    var sts = options.mtaSts().get();
    var known = sts.lookup(hop.domain());
    if (known.fault().isPresent()) {
      witness.underUnknown(AppliedPolicy.Type.STS, hop.domain());
      witness.failed(result(known.fault().get()), "");
      return opportunistic(hop, new Witness(NOBODY, hop));
    }
    var mode = known.policy().map(StsPolicy::mode).orElse(StsPolicy.Mode.NONE);
    return mode == StsPolicy.Mode.NONE
        ? opportunistic(hop, witness)
        : kept(hop, known.policy().orElseThrow(), sts, witness);
  }

  private ClientSession kept(Hop hop, StsPolicy policy, MtaSts sts, Witness witness)
      throws IOException {
    var enforced = policy.mode() == StsPolicy.Mode.ENFORCE;
    witness.under(policy);
    try {
      var session = named(hop, policy, witness);
      (enforced ? sts.matched() : sts.testingMatched()).add();
      witness.succeeded();
      return session;
    } catch (TlsDemandException e) {
      (enforced ? sts.failed() : sts.testingFailed()).add();
      witness.failed(e);
      if (enforced) {
        throw e;
      }
      LOG.warn("{} is testing MTA-STS: {}; sending all the same", hop.domain(), e.getMessage());
      return opportunistic(hop, new Witness(NOBODY, hop));
    }
  }

  private static ResultType result(StsLookup.Fault fault) {
    return switch (fault) {
      case FETCH -> ResultType.STS_POLICY_FETCH_ERROR;
      case INVALID -> ResultType.STS_POLICY_INVALID;
      case CERTIFICATE -> ResultType.STS_WEBPKI_INVALID;
    };
  }

  /** RFC 8461 §4: a server that the policy names, with a trusted certificate for it. */
  private ClientSession named(Hop hop, StsPolicy policy, Witness witness) throws IOException {
    var server = hop.server();
    if (!policy.names(server.host())) {
      throw TlsDemandException.notNamed(
          server + " is none of the servers that the MTA-STS policy of " + hop.domain() + " names");
    }
    return required(server, options.trust(), server.host(), witness);
  }

  private ClientSession required(Endpoint server, TlsTrust trust, String name, Witness witness)
      throws IOException {
    var session = greet(server);
    witness.over(session.connection());
    if (!session.ehlo().offers("STARTTLS")) {
      session.close();
      throw TlsDemandException.notOffered(server + " does not offer STARTTLS, which is required");
    }
    try {
      return startTls(session, trust, name);
    } catch (IOException e) { // a connection that is cut too: whoever is in between can do that
      throw TlsDemandException.failed(server + ": TLS failed: " + MailSender.text(e), e);
    }
  }

  private ClientSession opportunistic(Hop hop, Witness witness) throws IOException {
    var server = hop.server();
    var session = greet(server);
    witness.over(session.connection());
    if (!session.ehlo().offers("STARTTLS")) {
      witness.failed(ResultType.STARTTLS_NOT_SUPPORTED, "");
      return session;
    }
    try {
      var secured = startTls(session, TlsTrust.insecure(), server.host());
      witness.succeeded();
      return secured;
    } catch (IOException e) {
      witness.failed(TlsFault.of(e), MailSender.text(e));
      // RFC 7435 §3: where anything would do, a failed handshake is no reason to send nothing
      LOG.warn("{}: TLS failed, sending in the clear: {}", server, e.toString());
      return greet(server);
    }
  }

  private static ClientSession startTls(ClientSession session, TlsTrust trust, String name)
      throws IOException {
    try {
      session.startTls(trust, name);
      return session;
    } catch (IOException e) {
      session.broken();
      session.close();
      throw e;
    }
  }

  private ClientSession greet(Endpoint server) throws IOException {
    Connection connection = options.dialer().dial(server);
    if (options.tls() == TlsPolicy.IMPLICIT) {
      try {
        connection.startTls(options.trust(), server.host());
      } catch (SSLException e) {
        connection.close();
        throw TlsDemandException.failed(server + ": TLS failed: " + e.getMessage(), e);
      } catch (IOException e) {
        connection.close();
        throw e;
      }
    }
    return ClientSession.greet(
        connection, options.dialect(), options.hostname(), options.timeouts());
  }

  /**
   * Opens a session with the first server that talks; throws what the last one did, or the first
   * that did not keep to the policy: that is what somebody has to look at.
   */
  Reached openFirst(List<Hop> servers) throws IOException {
    var last = new IOException("no server to try");
    for (var hop : servers) {
      try {
        return new Reached(hop.server(), open(hop));
      } catch (IOException e) {
        LOG.info("{}: {}", hop.server(), e.toString());
        last = last instanceof TlsDemandException ? last : e;
      }
    }
    throw last;
  }

  /** A session and whom it is with. */
  public record Reached(Endpoint server, ClientSession session) {}
}
