provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "plan-only"
  secret_key                  = "plan-only"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  name        = "sluice-test"
  account_id  = "111122223333"
  region      = "eu-central-1"
  prefix      = "flink"
  use_kms     = true
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d"
}

run "bucket" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this["this"].bucket == "sluice-test-state-111122223333" && !aws_s3_bucket.this["this"].force_destroy
    error_message = "the bucket is named NAME-state-ACCOUNT, and is not destroyed with what it holds"
  }
  assert {
    condition     = alltrue([for b in values(aws_s3_bucket_public_access_block.this) : b.block_public_acls && b.block_public_policy && b.ignore_public_acls && b.restrict_public_buckets]) && length(aws_s3_bucket_public_access_block.this) == 1
    error_message = "the bucket blocks public access in all four ways"
  }
  assert {
    condition     = aws_s3_bucket_ownership_controls.this["this"].rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "ACLs are off"
  }
  assert {
    condition = alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this["this"].rule :
    rule.bucket_key_enabled && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn])
    error_message = "the default encryption is the key, with bucket keys"
  }
  # No plan shows an order, so the source is read.
  assert {
    condition     = length(aws_s3_bucket.this) == 1 && can(regex("resource \"aws_s3_bucket\" \"this\" \\{[^}]*depends_on = \\[var.kms_key_arn\\]", file("main.tf")))
    error_message = "a key that is made beside outlives the bucket whose objects need it"
  }
  assert {
    condition = jsonencode([for s in jsondecode(aws_s3_bucket_policy.this["this"].policy).Statement : [s.Effect, s.Principal, s.Action, s.Condition]]) == jsonencode([
      ["Deny", "*", "s3:*", { Bool = { "aws:SecureTransport" = "false" } }],
      ["Deny", "*", "s3:*", { NumericLessThan = { "s3:TlsVersion" = "1.2" } }],
      ["Deny", "*", "s3:PutObject", { Null = { "s3:x-amz-server-side-encryption" = "false" } }],
      ["Deny", "*", "s3:PutObject", { Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } }],
    ])
    error_message = "the bucket policy refuses what comes without TLS or with an encryption of its own"
  }
}

run "policies" {
  command = plan

  assert {
    condition = jsonencode(jsondecode(output.policies["state"]).Statement[0]) == jsonencode({
      Sid       = "ListState", Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::sluice-test-state-111122223333"
      Condition = { StringLikeIfExists = { "s3:prefix" = ["flink/checkpoints", "flink/checkpoints/*", "flink/savepoints", "flink/savepoints/*", "flink/ha", "flink/ha/*"] } }
    })
    error_message = "Flink lists its three folders"
  }
  assert {
    condition = jsonencode(jsondecode(output.policies["state"]).Statement[1]) == jsonencode({
      Sid      = "KeepState", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
      Resource = ["arn:aws:s3:::sluice-test-state-111122223333/flink/checkpoints/*", "arn:aws:s3:::sluice-test-state-111122223333/flink/savepoints/*", "arn:aws:s3:::sluice-test-state-111122223333/flink/ha/*"]
    })
    error_message = "Flink reads, writes and deletes in its three folders"
  }
  assert {
    condition     = length(jsondecode(output.policies["state"]).Statement) == 2
    error_message = "Flink has two statements and no other"
  }
  assert {
    condition = jsonencode(jsondecode(output.policies["state-keys"]).Statement) == jsonencode([{
      Sid      = "KeysOfState", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d"
      Condition = {
        StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" }
        StringLike   = { "kms:EncryptionContext:aws:s3:arn" = ["arn:aws:s3:::sluice-test-state-111122223333", "arn:aws:s3:::sluice-test-state-111122223333/*"] }
      }
    }])
    error_message = "Flink uses the key through S3, for this bucket"
  }
  assert {
    condition = jsonencode(output.flink_configuration) == jsonencode({
      "execution.checkpointing.dir"           = "s3://sluice-test-state-111122223333/flink/checkpoints"
      "execution.checkpointing.savepoint-dir" = "s3://sluice-test-state-111122223333/flink/savepoints"
      "high-availability.storageDir"          = "s3://sluice-test-state-111122223333/flink/ha"
    })
    error_message = "Flink's settings name its three folders"
  }
}

run "sse_s3" {
  command = plan

  variables {
    use_kms     = false
    kms_key_arn = null
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_server_side_encryption_configuration.this["this"].rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"]) && keys(output.policies) == ["state"]
    error_message = "without a key there is SSE-S3, and no right to a key"
  }
}

run "lifecycle" {
  command = plan

  variables {
    savepoints_expire_days = 60
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this["this"].rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 14
    error_message = "incomplete uploads are removed after 14 days"
  }
  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this["this"].rule : "${rule.filter[0].prefix} ${rule.expiration[0].days}" if length(rule.expiration) > 0] == ["flink/savepoints/ 60"]
    error_message = "savepoints expire, checkpoints and high availability never by age"
  }
}

run "bucket_of_others" {
  command = plan

  variables {
    bucket        = "flink-of-all-teams"
    create_bucket = false
  }

  assert {
    condition     = length(aws_s3_bucket.this) + length(aws_s3_bucket_policy.this) + length(aws_s3_bucket_lifecycle_configuration.this) == 0
    error_message = "a bucket that is there is left alone"
  }
  assert {
    condition     = jsondecode(output.policies["state"]).Statement[0].Resource == "arn:aws:s3:::flink-of-all-teams"
    error_message = "policies are for the bucket that is there"
  }
}
