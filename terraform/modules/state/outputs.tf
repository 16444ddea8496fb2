output "bucket" {
  description = "Name of the bucket."
  value       = local.bucket
}

output "policies" {
  description = "Policies in JSON, by name, for the role that Flink's pods have: the identity module's input writer_policies."
  value       = merge({ state = local.files_policy }, var.use_kms ? { state-keys = local.keys_policy } : {})
}

output "flink_configuration" {
  description = "Settings of the FlinkDeployment (flinkConfiguration) that say where state lies."
  value = {
    "execution.checkpointing.dir"           = "s3://${local.bucket}/${local.root}checkpoints"
    "execution.checkpointing.savepoint-dir" = "s3://${local.bucket}/${local.root}savepoints"
    "high-availability.storageDir"          = "s3://${local.bucket}/${local.root}ha"
  }
}
