package io.sluice.lake;

import io.sluice.UserException;
import io.sluice.lake.S3Failures.Action;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A store in a bucket, below a prefix. */
final class S3Store implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);

  /** The object's metadata key for the write token. */
  static final String TOKEN = "sluice-token";

  private static final int UPLOADERS = 4;

  /** What DeleteObjects takes. */
  private static final int MOST_DELETED = 1000;

  private final S3Client client;
  private final String bucket;
  private final String prefix;
  private final AnswerClock clock;
  private final S3Failures failures;
  private final ExecutorService uploaders;
  private S3Settings settings;

  /**
   * @param clock sees the answers to the client's requests
   * @param prefix empty, or a key's beginning that ends in {@code /}
   */
  S3Store(S3Client client, AnswerClock clock, String bucket, String prefix, S3Settings settings) {
    this.client = client;
    this.clock = clock;
    this.bucket = bucket;
    this.prefix = prefix;
    this.settings = settings;
    this.failures = new S3Failures(root(), bucket, settings);
    this.uploaders =
        Executors.newFixedThreadPool(
            UPLOADERS,
            task -> {
              Thread thread = new Thread(task, "sluice-upload");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public String root() {
    return "s3://"
        + bucket
        + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
  }

  /** That of S3, as its answers say it. */
  @Override
  public Instant now() throws IOException {
    if (clock.now().isEmpty()) {
      asking(
          Action.LIST,
          "it for its clock",
          () -> client.listObjectsV2(list -> list.bucket(bucket).prefix(prefix).maxKeys(1)));
    }
    return clock
        .now()
        .orElseThrow(
            () ->
                new UserException(
                    root()
                        + ": no answer of the store carries a Date, so how old its files are is not known; "
                        + "use a store that sends one, or --settle=0s while no job writes"));
  }

  @Override
  public Instant nowToReaders() throws IOException {
    return now();
  }

  @Override
  public List<Entry> list(String keyPrefix) throws IOException {
    ListObjectsV2Request request =
        ListObjectsV2Request.builder().bucket(bucket).prefix(prefix + keyPrefix).build();
    return asking(
        Action.LIST,
        keyPrefix,
        () ->
            client.listObjectsV2Paginator(request).contents().stream()
                .map(
                    object ->
                        new Entry(
                            object.key().substring(prefix.length()),
                            object.size(),
                            object.lastModified()))
                .sorted(Comparator.comparing(Entry::key))
                .toList());
  }

  @Override
  public List<String> folders(String keyPrefix) throws IOException {
    String below = prefix + keyPrefix;
    ListObjectsV2Request request =
        ListObjectsV2Request.builder().bucket(bucket).prefix(below).delimiter("/").build();
    return asking(
        Action.LIST,
        keyPrefix,
        () ->
            client.listObjectsV2Paginator(request).commonPrefixes().stream()
                .map(CommonPrefix::prefix)
                .map(p -> p.substring(below.length(), p.length() - 1))
                .toList());
  }

  @Override
  public Versions versions() {
    try {
      return client.getBucketVersioning(get -> get.bucket(bucket)).status() == null
          ? Versions.NONE
          : Versions.KEPT;
    } catch (SdkException e) {
      // The right to ask is nobody's need but an erasure's, and some servers have no such thing.
      LOG.info("{}: whether it has versions is not said: {}", root(), e.getMessage());
      return Versions.NOT_SAID;
    }
  }

  @Override
  public byte[] read(String key, long offset, int length) throws IOException {
    if (length <= 0) {
      return new byte[0];
    }
    return asking(
        Action.READ,
        key,
        () -> {
          try {
            return client
                .getObjectAsBytes(
                    get ->
                        get.bucket(bucket)
                            .key(prefix + key)
                            .range("bytes=" + offset + "-" + (offset + length - 1)))
                .asByteArray();
          } catch (NoSuchKeyException e) {
            throw new NoSuchFileException(root() + "/" + key);
          }
        });
  }

  @Override
  public Optional<byte[]> read(String key) throws IOException {
    return asking(
        Action.READ,
        key,
        () -> {
          try {
            ResponseBytes<GetObjectResponse> bytes =
                client.getObjectAsBytes(get -> get.bucket(bucket).key(prefix + key));
            return Optional.of(bytes.asByteArray());
          } catch (NoSuchKeyException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public Upload begin(String key, String token) {
    return upload(key, token, settings);
  }

  private S3Upload upload(String key, String token, S3Settings with) {
    return new S3Upload(client, failures, key, bucket, prefix + key, token, with, uploaders);
  }

  @Override
  public Owner owner(String key, String token) throws IOException {
    return asking(
        Action.ASK,
        key,
        () -> {
          try {
            return token.equals(metadata(key).get(TOKEN)) ? Owner.OURS : Owner.OTHERS;
          } catch (NoSuchKeyException e) {
            return Owner.ABSENT;
          } catch (S3Exception e) {
            // HEAD has no body, so some servers' 404 carries no code.
            if (e.statusCode() == 404) {
              return Owner.ABSENT;
            }
            throw e;
          }
        });
  }

  /**
   * Of an object. An answer to HEAD has no body, so one that refuses does not say why: then GET is
   * asked for a byte.
   */
  private Map<String, String> metadata(String key) {
    try {
      return client.headObject(head -> head.bucket(bucket).key(prefix + key)).metadata();
    } catch (S3Exception e) {
      if (e.statusCode() == 404 || !S3Failures.isSilent(e)) {
        throw e;
      }
      return client
          .getObjectAsBytes(get -> get.bucket(bucket).key(prefix + key).range("bytes=0-0"))
          .response()
          .metadata();
    }
  }

  @Override
  public void replace(String key, byte[] content) throws IOException {
    replace(key, content, "application/octet-stream");
  }

  @Override
  public void replace(String key, byte[] content, String contentType) throws IOException {
    PutObjectRequest.Builder put =
        PutObjectRequest.builder().bucket(bucket).key(prefix + key).contentType(contentType);
    S3Upload.encryption(put, settings);
    asking(Action.WRITE, key, () -> client.putObject(put.build(), RequestBody.fromBytes(content)));
  }

  @Override
  public void delete(List<String> keys) throws IOException {
    for (int from = 0; from < keys.size(); from += MOST_DELETED) {
      List<ObjectIdentifier> some =
          keys.subList(from, Math.min(keys.size(), from + MOST_DELETED)).stream()
              .map(key -> ObjectIdentifier.builder().key(prefix + key).build())
              .toList();
      DeleteObjectsResponse answer =
          asking(
              Action.DELETE,
              some.size() + " objects",
              () ->
                  client.deleteObjects(
                      d -> d.bucket(bucket).delete(o -> o.objects(some).quiet(true))));
      if (!answer.errors().isEmpty()) {
        S3Error first = answer.errors().get(0);
        String text =
            root()
                + ": deleting "
                + answer.errors().size()
                + " objects, such as "
                + first.key()
                + ": "
                + first.code()
                + " ("
                + first.message()
                + "); allow s3:DeleteObject";
        throw new IOException(text, new StoreException(text, null));
      }
    }
  }

  @Override
  public void probe() throws IOException {
    String key = "_sluice/probe";
    // Not HeadBucket, whose answer would not say what is wrong.
    asking(
        Action.LIST,
        "the bucket",
        () -> client.listObjectsV2(list -> list.bucket(bucket).prefix(prefix + key).maxKeys(1)));
    // The object stays: writers need no right to delete, and the second condition has something to
    // fail on.
    create(key, new byte[] {'\n'}, Token.next());
    if (accepts(key, settings)) {
      throw new UserException(
          root()
              + ": the store ignores If-None-Match on PutObject, so two writers could overwrite each other; use one that honours it");
    }
    if (settings.multipart() && acceptsMultipart(key)) {
      LOG.warn(
          "{}: the store ignores If-None-Match on CompleteMultipartUpload; files go up whole instead",
          root());
      settings = settings.withoutMultipart();
    }
  }

  private boolean accepts(String key, S3Settings with) throws IOException {
    try (S3Upload upload = upload(key, Token.next(), with)) {
      upload.stream().write('\n');
      return upload.commit() == Outcome.COMMITTED;
    }
  }

  private boolean acceptsMultipart(String key) throws IOException {
    try (S3Upload upload = upload(key, Token.next(), settings)) {
      upload.stream().write('\n');
      upload.startPart();
      if (upload.commit() == Outcome.COMMITTED) {
        return true;
      }
      upload.abort();
      return false;
    }
  }

  /** The settings after {@link #probe}, for the workers. */
  S3Settings settings() {
    return settings;
  }

  @Override
  public void close() {
    uploaders.shutdownNow();
    client.close();
  }

  private interface Question<T> {
    T ask() throws IOException;
  }

  private <T> T asking(Action action, String what, Question<T> question) throws IOException {
    try {
      return question.ask();
    } catch (SdkException e) {
      throw failures.of(action, what, e);
    }
  }

  /** Collects bytes into parts. */
  abstract static class PartStream extends OutputStream {
    private final int partSize;
    private byte[] buffer;
    private int size;

    PartStream(int partSize) {
      this.partSize = partSize;
      this.buffer = new byte[Math.min(partSize, 64 << 10)];
    }

    abstract void full(byte[] part, int length) throws IOException;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int from = offset;
      int left = length;
      while (left > 0) {
        if (size == partSize) {
          drain();
        }
        int count = Math.min(left, partSize - size);
        if (size + count > buffer.length) {
          buffer =
              java.util.Arrays.copyOf(
                  buffer, Math.min(partSize, Math.max(size + count, buffer.length * 2)));
        }
        System.arraycopy(bytes, from, buffer, size, count);
        size += count;
        from += count;
        left -= count;
      }
    }

    void drain() throws IOException {
      byte[] part = buffer;
      int length = size;
      buffer = new byte[Math.min(partSize, 64 << 10)];
      size = 0;
      full(part, length);
    }

    int size() {
      return size;
    }

    byte[] bytes() {
      return buffer;
    }
  }
}
