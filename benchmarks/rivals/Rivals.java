import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.staticcontent.FileSystemHandlerConfig;
import io.helidon.webserver.staticcontent.StaticContentFeature;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.handlers.cache.DirectBufferCache;
import io.undertow.server.handlers.resource.CachingResourceManager;
import io.undertow.server.handlers.resource.PathResourceManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * One of the servers that ours is measured beside, with a folder, in the clear and over TLS; each as
 * its documentation sets up static files, with its cache for small ones where it has one.
 *
 * <pre>Rivals jetty|undertow|helidon|jdk DIR PORT TLS-PORT KEYSTORE</pre>
 */
public final class Rivals {
  private static final String HOST = "127.0.0.1";
  private static final char[] PASSWORD = "benchmark".toCharArray();

  private Rivals() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]).toRealPath();
    int port = Integer.parseInt(arguments[2]);
    int tlsPort = Integer.parseInt(arguments[3]);
    SSLContext tls = tls(Path.of(arguments[4]));
    switch (arguments[0]) {
      case "jetty" -> jetty(folder, port, tlsPort, tls);
      case "undertow" -> undertow(folder, port, tlsPort, tls);
      case "helidon" -> helidon(folder, port, tlsPort, tls);
      case "jdk" -> jdk(folder, port, tlsPort, tls);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    Thread.currentThread().join();
  }

  private static SSLContext tls(Path file) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static void jetty(Path folder, int port, int tlsPort, SSLContext tls) throws Exception {
    var threads = new QueuedThreadPool();
    threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    var server = new Server(threads);
    var configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    var plain = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
    plain.setHost(HOST);
    plain.setPort(port);
    server.addConnector(plain);
    var context = new SslContextFactory.Server();
    context.setSslContext(tls);
    context.setSniRequired(false);
    var secure =
        new ServerConnector(server, context, new HttpConnectionFactory(configuration));
    secure.setHost(HOST);
    secure.setPort(tlsPort);
    server.addConnector(secure);
    var resources = new ResourceHandler();
    resources.setBaseResourceAsString(folder.toString());
    server.setHandler(resources);
    server.start();
  }

  private static void undertow(Path folder, int port, int tlsPort, SSLContext tls) {
    var files =
        new CachingResourceManager(
            1024, 1 << 20, new DirectBufferCache(1024, 16, 64 << 20), new PathResourceManager(folder, 1024), 1000);
    Undertow.builder()
        .addHttpListener(port, HOST)
        .addHttpsListener(tlsPort, HOST, tls)
        .setHandler(Handlers.resource(files))
        .build()
        .start();
  }

  private static void helidon(Path folder, int port, int tlsPort, SSLContext tls) {
    for (int each : new int[] {port, tlsPort}) {
      var server =
          WebServer.builder()
              .host(HOST)
              .port(each)
              .routing(
                  routes ->
                      routes.register(
                          "/",
                          StaticContentFeature.createService(
                              FileSystemHandlerConfig.builder().location(folder).build())));
      if (each == tlsPort) {
        server.tls(Tls.builder().sslContext(tls).build());
      }
      server.build().start();
    }
  }

  private static void jdk(Path folder, int port, int tlsPort, SSLContext tls) throws IOException {
    HttpServer plain = HttpServer.create(new InetSocketAddress(HOST, port), 4096);
    HttpsServer secure = HttpsServer.create(new InetSocketAddress(HOST, tlsPort), 4096);
    secure.setHttpsConfigurator(new HttpsConfigurator(tls));
    for (HttpServer each : new HttpServer[] {plain, secure}) {
      each.createContext("/", SimpleFileServer.createFileHandler(folder));
      each.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      each.start();
    }
  }
}
