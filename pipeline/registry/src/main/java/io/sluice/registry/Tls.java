package io.sluice.registry;

import io.sluice.FileFaults;
import io.sluice.UserException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom a registry is to be, and who we are: from stores of Java, or from PEM files, of which one of
 * a key has it unencrypted, with the certificates behind it.
 */
final class Tls {
  private static final String TRUSTSTORE = "ssl.truststore";
  private static final String KEYSTORE = "ssl.keystore";
  private static final String PEM = "PEM";
  private static final String IN_FILE = " in the file of --schemaRegistryConfigFile";
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  private Tls() {}

  /**
   * What the settings say of TLS; nothing where they say nothing, and Java's own authorities count.
   *
   * @throws UserException where a store cannot be read
   */
  static Optional<SSLContext> context(RegistryFile file) {
    String trusted = file.get(TRUSTSTORE + ".location");
    String own = file.get(KEYSTORE + ".location");
    if (trusted == null && own == null) {
      return Optional.empty();
    }
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted == null ? null : store(file, TRUSTSTORE, trusted));
      KeyManagerFactory keys = null;
      if (own != null) {
        keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store(file, KEYSTORE, own), keyPassword(file));
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
      return Optional.of(context);
    } catch (UnrecoverableKeyException e) {
      throw file.fault("ssl.key.password", "does not fit the key of " + KEYSTORE + ".location");
    } catch (GeneralSecurityException e) {
      throw new UserException("TLS settings of --schemaRegistryConfigFile: " + e.getMessage(), e);
    }
  }

  private static char[] keyPassword(RegistryFile file) {
    String password = file.get("ssl.key.password");
    char[] chars = chars(password == null ? file.get(KEYSTORE + ".password") : password);
    return chars == null ? new char[0] : chars;
  }

  private static char @Nullable [] chars(@Nullable String text) {
    return text == null ? null : text.toCharArray();
  }

  private static KeyStore store(RegistryFile file, String name, String location)
      throws GeneralSecurityException {
    String type = file.get(name + ".type");
    String why;
    try {
      byte[] bytes = Files.readAllBytes(Path.of(location));
      if (PEM.equals(type)) {
        return pem(file, name, new String(bytes, StandardCharsets.US_ASCII));
      }
      // The default reads both of Java's own types.
      KeyStore store =
          KeyStore.getInstance(
              type == null ? KeyStore.getDefaultType() : type.toUpperCase(Locale.ROOT));
      store.load(new ByteArrayInputStream(bytes), chars(file.get(name + ".password")));
      return store;
    } catch (IOException e) {
      why =
          e.getCause() instanceof UnrecoverableKeyException
              ? "cannot be read with " + name + ".password"
              : "cannot be read: " + FileFaults.why(e);
    } catch (InvalidPathException e) {
      why = "is no path";
    } catch (KeyStoreException e) {
      why = "is of a type that Java does not know";
    }
    throw file.fault(name + ".location", why + "; check it and " + name + ".type");
  }

  private static KeyStore pem(RegistryFile file, String name, String text)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    List<Certificate> certificates = certificates(text);
    if (certificates.isEmpty()) {
      throw file.fault(name + ".location", "has no certificate in PEM");
    }
    if (name.equals(TRUSTSTORE)) {
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("trusted-" + i, certificates.get(i));
      }
    } else {
      store.setKeyEntry(
          "own", key(file, text), keyPassword(file), certificates.toArray(new Certificate[0]));
    }
    return store;
  }

  private static List<Certificate> certificates(String text) throws GeneralSecurityException {
    StringBuilder bare = new StringBuilder();
    Matcher certificate =
        Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----").matcher(text);
    while (certificate.find()) {
      bare.append(certificate.group()).append('\n');
    }
    InputStream in = new ByteArrayInputStream(bare.toString().getBytes(StandardCharsets.US_ASCII));
    return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
  }

  private static PrivateKey key(RegistryFile file, String text) throws GeneralSecurityException {
    Matcher key = KEY.matcher(text);
    if (!key.find()) {
      throw file.fault(
          KEYSTORE + ".location", "has no PRIVATE KEY (PKCS #8, not encrypted) in PEM");
    }
    PKCS8EncodedKeySpec encoded;
    try {
      encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
    } catch (IllegalArgumentException e) {
      throw file.fault(KEYSTORE + ".location", "has a PRIVATE KEY that is not in base64");
    }
    for (String algorithm : List.of("RSA", "EC")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (java.security.spec.InvalidKeySpecException e) {
        // Perhaps the other one.
      }
    }
    throw file.fault(KEYSTORE + ".location", "has a key that is neither RSA's nor EC's");
  }

  /** What to change where a handshake failed. */
  static String why(Throwable e) {
    Throwable root = e;
    for (int i = 0; i < 10 && root.getCause() != null; i++) {
      root = root.getCause();
    }
    String said = String.valueOf(root.getMessage()).replaceAll("\\s+", " ");
    String lower = said.toLowerCase(Locale.ROOT);
    String remedy;
    if (lower.contains("unrecognized ssl message")) {
      remedy = "it speaks no TLS: write http:// into --schemaRegistry";
    } else if (lower.contains("unable to find valid certification path")
        || lower.contains("trustanchors")) {
      remedy =
          "its certificate is signed by nobody who is trusted: check ssl.truststore.location"
              + IN_FILE;
    } else if (lower.contains("subject alternative")) {
      remedy = "its certificate is of another host: check --schemaRegistry";
    } else if (lower.contains("bad_certificate")
        || lower.contains("certificate_required")
        || lower.contains("certificate_unknown")
        || lower.contains("handshake_failure")
        || lower.contains("unknown_ca")) {
      remedy = "it wants another certificate of ours: check ssl.keystore.location" + IN_FILE;
    } else {
      remedy = "check ssl.truststore.location and ssl.keystore.location" + IN_FILE;
    }
    return said + "; " + remedy;
  }
}
