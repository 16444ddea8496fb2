package io.sluice.lake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * A conditional write to S3: one PutObject where the object fits a part, else a multipart upload
 * whose parts go up while later ones are still being encoded, at most {@value #IN_FLIGHT} at a
 * time. S3 verifies each by its SHA-256.
 *
 * <p>An upload that is given up is left to the bucket's lifecycle rule: aborting it could abort
 * what another try completes.
 */
final class S3Upload implements Store.Upload {
  private static final int IN_FLIGHT = 2;
  private static final int GREATEST_PUT = Integer.MAX_VALUE - 64;

  private final S3Client client;
  private final S3Failures failures;
  private final String name;
  private final String bucket;
  private final String key;
  private final String token;
  private final S3Settings settings;
  private final ExecutorService uploaders;
  private final S3Store.PartStream stream;
  private final Deque<Future<CompletedPart>> inFlight = new ArrayDeque<>();
  private final List<CompletedPart> parts = new ArrayList<>();
  private @Nullable String uploadId;
  private int partCount;

  /**
   * @param name of the object, below the store's root
   */
  S3Upload(
      S3Client client,
      S3Failures failures,
      String name,
      String bucket,
      String key,
      String token,
      S3Settings settings,
      ExecutorService uploaders) {
    this.client = client;
    this.failures = failures;
    this.name = name;
    this.bucket = bucket;
    this.key = key;
    this.token = token;
    this.settings = settings;
    this.uploaders = uploaders;
    this.stream =
        new S3Store.PartStream(settings.multipart() ? settings.partSize() : GREATEST_PUT) {
          @Override
          void full(byte[] part, int length) throws IOException {
            if (!settings.multipart()) {
              throw new IOException(key + " is larger than one PutObject from memory takes");
            }
            upload(part, length);
          }
        };
  }

  @Override
  public OutputStream stream() {
    return stream;
  }

  /** Sends what was written as a part, however little: only the last part may be small. */
  void startPart() throws IOException {
    stream.drain();
  }

  private void upload(byte[] part, int length) throws IOException {
    try {
      if (uploadId == null) {
        uploadId = client.createMultipartUpload(create()).uploadId();
      }
      if (inFlight.size() >= IN_FLIGHT) {
        parts.add(await(inFlight.remove()));
      }
      int number = ++partCount;
      String id = uploadId;
      inFlight.add(uploaders.submit(() -> uploadPart(id, number, part, length)));
    } catch (SdkException e) {
      throw failures.of(S3Failures.Action.WRITE, name, e);
    }
  }

  private CompletedPart uploadPart(String id, int number, byte[] part, int length) {
    String sha256 = sha256(part, length);
    UploadPartResponse response =
        client.uploadPart(
            p ->
                p.bucket(bucket)
                    .key(key)
                    .uploadId(id)
                    .partNumber(number)
                    .contentLength((long) length)
                    .checksumSHA256(sha256),
            body(part, length));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(response.eTag())
        .checksumSHA256(sha256)
        .build();
  }

  @Override
  public void prepare() throws IOException {
    if (!settings.multipart()) {
      return;
    }
    if (stream.size() > 0) {
      stream.drain();
    }
    awaitParts();
  }

  private void awaitParts() throws IOException {
    while (!inFlight.isEmpty()) {
      parts.add(await(inFlight.remove()));
    }
  }

  @Override
  public Store.Outcome commit(BooleanSupplier allowed) throws IOException {
    try {
      if (uploadId == null) {
        PutObjectRequest.Builder put = PutObjectRequest.builder();
        encryption(put, settings);
        put.bucket(bucket)
            .key(key)
            .overrideConfiguration(o -> SendGuard.allow(o, allowed))
            .ifNoneMatch("*")
            .metadata(Map.of(S3Store.TOKEN, token))
            .storageClass(settings.storageClass())
            .checksumSHA256(sha256(stream.bytes(), stream.size()));
        if (!settings.tags().isEmpty()) {
          put.tagging(tagging());
        }
        client.putObject(put.build(), body(stream.bytes(), stream.size()));
      } else {
        if (stream.size() > 0) {
          stream.drain();
        }
        awaitParts();
        String id = uploadId;
        client.completeMultipartUpload(
            c ->
                c.bucket(bucket)
                    .key(key)
                    .uploadId(id)
                    .overrideConfiguration(o -> SendGuard.allow(o, allowed))
                    .ifNoneMatch("*")
                    .multipartUpload(m -> m.parts(parts)));
      }
      return Store.Outcome.COMMITTED;
    } catch (S3Exception e) {
      // 412 may be ours too: the SDK tries again by itself after an answer was lost.
      if (e.statusCode() == 412) {
        return Store.Outcome.EXISTS;
      }
      if (e.statusCode() == 409) {
        return Store.Outcome.CONFLICT;
      }
      throw failures.of(S3Failures.Action.WRITE, name, e);
    } catch (SdkException e) {
      throw failures.of(S3Failures.Action.WRITE, name, e);
    }
  }

  /** Gives up an upload that nobody else can know of, as the probe's. */
  void abort() throws IOException {
    String id = uploadId;
    if (id != null) {
      try {
        client.abortMultipartUpload(a -> a.bucket(bucket).key(key).uploadId(id));
      } catch (SdkException e) {
        throw failures.of(S3Failures.Action.ABORT, name, e);
      }
    }
  }

  @Override
  public void close() {
    inFlight.forEach(part -> part.cancel(true));
  }

  private CreateMultipartUploadRequest create() {
    CreateMultipartUploadRequest.Builder create =
        CreateMultipartUploadRequest.builder()
            .bucket(bucket)
            .key(key)
            .checksumAlgorithm(ChecksumAlgorithm.SHA256)
            .metadata(Map.of(S3Store.TOKEN, token))
            .storageClass(settings.storageClass());
    if (settings.sseAlgorithm() != null) {
      create.serverSideEncryption(settings.sseAlgorithm());
    }
    if (settings.kmsKeyId() != null) {
      create.ssekmsKeyId(settings.kmsKeyId()).bucketKeyEnabled(settings.bucketKey());
    }
    if (!settings.tags().isEmpty()) {
      create.tagging(tagging());
    }
    return create.build();
  }

  static void encryption(PutObjectRequest.Builder put, S3Settings settings) {
    if (settings.sseAlgorithm() != null) {
      put.serverSideEncryption(settings.sseAlgorithm());
    }
    if (settings.kmsKeyId() != null) {
      put.ssekmsKeyId(settings.kmsKeyId()).bucketKeyEnabled(settings.bucketKey());
    }
  }

  private String tagging() {
    return settings.tags().entrySet().stream()
        .map(tag -> encode(tag.getKey()) + "=" + encode(tag.getValue()))
        .sorted()
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static RequestBody body(byte[] bytes, int length) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, length), length, "application/octet-stream");
  }

  private CompletedPart await(Future<CompletedPart> part) throws IOException {
    try {
      return part.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SdkException failure) {
        throw failures.of(S3Failures.Action.WRITE, "a part of " + name, failure);
      }
      throw new IOException("uploading a part", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while uploading", e);
    }
  }

  private static String sha256(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
