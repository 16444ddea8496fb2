package io.sluice.kafka;

import io.sluice.UnavailableException;
import io.sluice.UserException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Finds out in one connection whether the port that {@code --bootstrapServers} names speaks what
 * the settings say: TLS or not, SASL or not, which mechanism, which certificates. Kafka's own
 * client waits for half a minute at a port that speaks otherwise, and then says that nobody
 * answers.
 *
 * <p>It finds faults of settings only: a port that is closed or silent is the client's to wait for.
 */
final class BrokerProbe {
  private static final int PATIENCE_MS = 4_000;

  /** Of Kafka's protocol: the requests that a broker answers to anybody. */
  private static final short API_VERSIONS = 18;

  private static final short SASL_HANDSHAKE = 17;
  private static final short UNSUPPORTED_SASL_MECHANISM = 33;
  private static final short ILLEGAL_SASL_STATE = 34;
  private static final int LARGEST_ANSWER = 1 << 20;

  private final KafkaSettings settings;
  private final Map<String, Object> config;
  private final String protocol;

  private BrokerProbe(KafkaSettings settings, Map<String, Object> config) {
    this.settings = settings;
    this.config = config;
    this.protocol = KafkaSettings.protocol(config);
  }

  /** How far a probe came. */
  enum Found {
    /** A broker that speaks as the settings say. */
    BROKER,
    /** Nobody that answers, or somebody that cannot be understood. */
    NOTHING
  }

  /**
   * Looks at the brokers one after the other until one is as the settings say.
   *
   * @param config the settings, loaded
   * @throws UserException where none is, and what is wrong with the first one is known
   */
  static Found look(KafkaSettings settings, Map<String, Object> config) {
    return new BrokerProbe(settings, config).look();
  }

  private Found look() {
    List<InetSocketAddress> addresses = addresses();
    SSLContext tls = isTls() ? context() : null;
    UserException fault = null;
    for (InetSocketAddress address : addresses) {
      try {
        ask(address, tls);
        return Found.BROKER;
      } catch (UserException e) {
        fault = fault == null ? e : fault;
      } catch (IOException e) {
        // Nobody there now: another one may be, or this one soon.
      }
    }
    if (fault != null) {
      throw fault;
    }
    return Found.NOTHING;
  }

  private boolean isTls() {
    return protocol.equals("SSL") || protocol.equals("SASL_SSL");
  }

  private boolean isSasl() {
    return protocol.startsWith("SASL_");
  }

  private List<InetSocketAddress> addresses() {
    List<InetSocketAddress> addresses = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String server : settings.bootstrapServers().split(",", -1)) {
      String host = Utils.getHost(server.strip());
      Integer port = Utils.getPort(server.strip());
      if (host == null || port == null || port < 1 || port > 65_535) {
        throw new UserException(
            "--bootstrapServers=" + settings.bootstrapServers() + ": write host:port,host:port");
      }
      InetSocketAddress address = new InetSocketAddress(host, port);
      if (address.isUnresolved()) {
        unknown.add(host);
      } else {
        addresses.add(address);
      }
    }
    if (addresses.isEmpty()) {
      // A name server may be away for a moment, as brokers may.
      throw new UnavailableException(
          "--bootstrapServers="
              + settings.bootstrapServers()
              + ": the name "
              + unknown.get(0)
              + " is not known here; check it, and this machine's DNS",
          new UnknownHostException(unknown.get(0)));
    }
    return addresses;
  }

  private @Nullable SSLContext context() {
    if (config.get(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG) != null) {
      return null;
    }
    for (String location :
        List.of(
            SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG)) {
      Object file = config.get(location);
      if (file != null && !java.nio.file.Files.isReadable(java.nio.file.Path.of(file.toString()))) {
        throw new UserException(
            settings.named(location)
                + " is "
                + file
                + ": there is no such file, or it may not be"
                + " read");
      }
    }
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(new AdminClientConfig(config).values());
      return factory.sslContext();
    } catch (RuntimeException e) {
      throw KafkaFaults.unusable(settings, config, e);
    }
  }

  private void ask(InetSocketAddress address, @Nullable SSLContext tls) throws IOException {
    if (isTls() && tls == null) {
      throw new IOException("TLS is somebody else's here");
    }
    try (Socket plain = connect(address);
        Socket socket = tls == null ? plain : handshake(plain, address, tls)) {
      conversation(address, socket);
    } catch (IOException e) {
      if (isTls() && !(e instanceof ConnectException) && answersPlainly(address)) {
        throw fault(
            address,
            "the port speaks no TLS, and "
                + settings.named(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
                + " is "
                + protocol
                + "; name the port that does, or set "
                + protocol.replace("SASL_SSL", "SASL_PLAINTEXT").replaceFirst("^SSL$", "PLAINTEXT"),
            e);
      }
      if (e instanceof SSLException) {
        throw fault(address, KafkaFaults.tls(settings, e), e);
      }
      throw e;
    }
  }

  private Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address, PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private Socket handshake(Socket plain, InetSocketAddress address, SSLContext tls)
      throws IOException {
    SSLSocket socket =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(plain, address.getHostString(), address.getPort(), true);
    Object algorithm =
        config.getOrDefault(
            SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG,
            SslConfigs.DEFAULT_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(String.valueOf(algorithm).strip());
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Asks what any broker answers, and then for its SASL. */
  private void conversation(InetSocketAddress address, Socket socket) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    try {
      exchange(out, in, API_VERSIONS, 0, new byte[0]);
    } catch (IOException e) {
      if (!isTls() && answersInTls(address)) {
        throw fault(
            address,
            "the port speaks TLS, and "
                + settings.named(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
                + " is "
                + protocol
                + "; set "
                + (isSasl() ? "SASL_SSL" : "SSL, or SASL_SSL where the broker wants a password"),
            e);
      }
      throw e;
    }
    String mechanism = KafkaSettings.mechanism(config);
    byte[] name = mechanism.getBytes(StandardCharsets.UTF_8);
    java.nio.ByteBuffer request = java.nio.ByteBuffer.allocate(2 + name.length);
    request.putShort((short) name.length).put(name);
    DataInputStream answer = exchange(out, in, SASL_HANDSHAKE, 1, request.array());
    short error = answer.readShort();
    List<String> offered = new ArrayList<>();
    for (int left = answer.readInt(); left > 0; left--) {
      offered.add(new String(answer.readNBytes(answer.readShort()), StandardCharsets.UTF_8));
    }
    String other = isTls() ? "SSL" : "PLAINTEXT";
    if (isSasl() && error == ILLEGAL_SASL_STATE) {
      throw fault(
          address,
          "the port takes no user and password, and "
              + settings.named(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
              + " is "
              + protocol
              + "; name the port that does, or set "
              + other,
          null);
    }
    if (isSasl() && error == UNSUPPORTED_SASL_MECHANISM) {
      throw fault(
          address,
          settings.named(SaslConfigs.SASL_MECHANISM)
              + " is "
              + mechanism
              + ", and the broker offers "
              + String.join(", ", offered),
          null);
    }
    if (!isSasl() && (error == 0 || error == UNSUPPORTED_SASL_MECHANISM)) {
      throw fault(
          address,
          "the port wants a user and a password; set security.protocol=SASL_"
              + other
              + ", sasl.mechanism="
              + (error == 0 ? mechanism : String.join(" or ", offered))
              + " and "
              + settings.named(SaslConfigs.SASL_JAAS_CONFIG),
          null);
    }
  }

  /** Whatever answered is no broker, or one that is spoken to in the wrong way. */
  private static final class NotKafkaException extends IOException {
    private static final long serialVersionUID = 1L;

    NotKafkaException() {
      super("the answer is none of Kafka's");
    }
  }

  private static DataInputStream exchange(
      DataOutputStream out, DataInputStream in, short api, int version, byte[] body)
      throws IOException {
    byte[] client = "sluice".getBytes(StandardCharsets.UTF_8);
    out.writeInt(2 + 2 + 4 + 2 + client.length + body.length);
    out.writeShort(api);
    out.writeShort(version);
    out.writeInt(api);
    out.writeShort(client.length);
    out.write(client);
    out.write(body);
    out.flush();
    int size = in.readInt();
    if (size < 4 || size > LARGEST_ANSWER) {
      throw new NotKafkaException();
    }
    byte[] answer = in.readNBytes(size);
    DataInputStream read = new DataInputStream(new java.io.ByteArrayInputStream(answer));
    if (answer.length < size || read.readInt() != api) {
      throw new NotKafkaException();
    }
    return read;
  }

  private boolean answersPlainly(InetSocketAddress address) {
    try (Socket socket = connect(address)) {
      exchange(
          new DataOutputStream(socket.getOutputStream()),
          new DataInputStream(socket.getInputStream()),
          API_VERSIONS,
          0,
          new byte[0]);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the port takes part in a handshake, whatever its certificate. */
  private boolean answersInTls(InetSocketAddress address) {
    boolean[] certificate = new boolean[1];
    try (Socket plain = connect(address)) {
      SSLContext anybody = SSLContext.getInstance("TLS");
      anybody.init(null, new TrustManager[] {new Witness(certificate)}, null);
      try (SSLSocket socket =
          (SSLSocket)
              anybody
                  .getSocketFactory()
                  .createSocket(plain, address.getHostString(), address.getPort(), true)) {
        socket.startHandshake();
        return true;
      }
    } catch (IOException | GeneralSecurityException e) {
      return certificate[0];
    }
  }

  /** Trusts anybody, for nothing is sent to them, and notes that there was a certificate. */
  private static final class Witness implements X509TrustManager {
    private final boolean[] certificate;

    Witness(boolean[] certificate) {
      this.certificate = certificate;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
      throw new UnsupportedOperationException("of a client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      certificate[0] = true;
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static UserException fault(
      InetSocketAddress address, String text, @Nullable Throwable cause) {
    String message =
        "Kafka at "
            + Objects.requireNonNull(address.getHostString())
            + ":"
            + address.getPort()
            + ": "
            + text;
    return cause == null ? new UserException(message) : new UserException(message, cause);
  }
}
