package io.l7.smtp.session;

import io.l7.common.net.Connection;
import io.l7.smtp.auth.Authenticator;
import io.l7.smtp.auth.ChannelBinding;
import java.util.List;

/** What a connection's TLS gives to authentication. */
record TlsChannel(Connection connection) implements Authenticator.Channel {
  @Override
  public boolean encrypted() {
    return connection.tls().isPresent();
  }

  @Override
  public List<ChannelBinding> bindings() {
    return ChannelBinding.ofServer(connection.tls());
  }
}
