package io.sluice.sizing;

/** The kinds of requests to S3. Without failures there is no HEAD. */
public enum S3Request {
  PUT_OBJECT("PutObject", true),
  CREATE_UPLOAD("CreateMultipartUpload", true),
  UPLOAD_PART("UploadPart", true),
  COMPLETE_UPLOAD("CompleteMultipartUpload", true),
  LIST("ListObjectsV2", true),
  GET("GetObject", false),
  /** Flink's, where its checkpoints are in S3. */
  CHECKPOINT_PUT("PutObject, checkpoints", true);

  private final String label;
  private final boolean writes;

  S3Request(String label, boolean writes) {
    this.label = label;
    this.writes = writes;
  }

  String label() {
    return label;
  }

  /** Whether it is priced as a write. */
  boolean writes() {
    return writes;
  }
}
