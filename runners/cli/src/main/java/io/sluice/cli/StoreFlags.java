package io.sluice.cli;

import picocli.CommandLine.Command;

/** How to reach S3, and how objects are written there. Beam's own flags have words of ours. */
@Command
public final class StoreFlags extends PipelineFlags {
  public StoreFlags() {
    super(
        "S3, for places that begin with s3://",
        new Flag("awsRegion", "REGION", "The buckets' region; default: that of the environment."),
        new Flag("endpoint", "URL", "A server other than AWS's, as http://host:9000."),
        Flag.of("s3PathStyle", ""),
        Flag.of("s3Timeout", "DURATION"),
        new Flag(
            "SSEAlgorithm",
            "NAME",
            "AES256 or aws:kms: how S3 encrypts what is written; default: as the bucket says."),
        new Flag("SSEKMSKeyId", "KEY", "The key of --SSEAlgorithm=aws:kms, by its ARN or id."),
        new Flag(
            "bucketKeyEnabled",
            "",
            "Lets S3 ask KMS for the bucket's key now and then, and not for each object."),
        new Flag("s3StorageClass", "CLASS", "The storage class of files. [STANDARD]"),
        Flag.of("s3Tags", "TAGS"),
        Flag.of("s3PartMebibytes", "N"));
  }
}
