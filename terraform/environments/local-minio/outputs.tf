output "sluice_args" {
  description = "The flags that `sluice run` and `sluice audit` need: `./sluice run $(terraform output -raw sluice_args)`."
  value = join(" ", [for flag, value in {
    lake             = "s3://${aws_s3_bucket.this["lake"].bucket}"
    deadLetters      = "s3://${aws_s3_bucket.this["dead-letters"].bucket}"
    bootstrapServers = var.bootstrap_servers
    endpoint         = var.endpoint
    awsRegion        = "us-east-1"
    s3PathStyle      = "true"
  } : "--${flag}=${value}"])
}

output "flink_configuration" {
  description = "Where Flink's state lies, for the FlinkDeployment's flinkConfiguration."
  value = {
    "execution.checkpointing.dir"           = "s3://${aws_s3_bucket.this["state"].bucket}/checkpoints"
    "execution.checkpointing.savepoint-dir" = "s3://${aws_s3_bucket.this["state"].bucket}/savepoints"
    "high-availability.storageDir"          = "s3://${aws_s3_bucket.this["state"].bucket}/ha"
  }
}
