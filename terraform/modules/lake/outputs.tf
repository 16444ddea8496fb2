output "logs_bucket" {
  description = "Name of the bucket of access logs and inventories; null where there are none."
  value       = local.logs ? aws_s3_bucket.logs[0].bucket : null
}

output "lake" {
  description = "Where the lake's tables lie: bucket, and prefix without a slash at its end."
  value       = { bucket = aws_s3_bucket.this["lake"].bucket, prefix = var.lake_prefix }
}

output "dead_letters" {
  description = "Where the dead letters' tables lie: bucket, and prefix without a slash at its end."
  value       = { bucket = aws_s3_bucket.this["dead_letters"].bucket, prefix = var.dead_letters_prefix }
}

output "kms_key_arn" {
  description = "The key that encrypts both buckets; null with SSE-S3."
  value       = local.kms_key_arn
}

output "abort_incomplete_uploads_days" {
  description = "Days for which an incomplete upload stays: the job may be started from savepoints of this age, and of no greater one."
  value       = var.abort_incomplete_uploads_days
}

output "sluice_audit_flags" {
  description = "Flags of `sluice audit` and `sluice report` that these resources decide, by name: what has expired is not damaged."
  value = merge(
    var.lake_expire_days == null ? {} : { expireDays = var.lake_expire_days },
    var.dead_letters_expire_days == null ? {} : { deadLettersExpireDays = var.dead_letters_expire_days },
  )
}

output "sluice_flags" {
  description = "Flags of `sluice run` that these resources decide, by name."
  value = merge(
    {
      lake        = "s3://${join("/", compact([aws_s3_bucket.this["lake"].bucket, var.lake_prefix]))}"
      deadLetters = "s3://${join("/", compact([aws_s3_bucket.this["dead_letters"].bucket, var.dead_letters_prefix]))}"
    },
    local.kms ? { SSEAlgorithm = "aws:kms", SSEKMSKeyId = local.kms_key_arn, bucketKeyEnabled = "true" } : { SSEAlgorithm = "AES256" },
  )
}
