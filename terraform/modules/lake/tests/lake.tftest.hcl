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
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001"
}

run "buckets_are_closed" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this["lake"].bucket == "sluice-test-lake-111122223333" && aws_s3_bucket.this["dead_letters"].bucket == "sluice-test-dead-letters-111122223333"
    error_message = "buckets are named NAME-KIND-ACCOUNT"
  }
  assert {
    condition = alltrue([for block in concat(values(aws_s3_bucket_public_access_block.this), aws_s3_bucket_public_access_block.logs) :
    block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets]) && length(aws_s3_bucket_public_access_block.this) == 2
    error_message = "every bucket blocks public access in all four ways"
  }
  assert {
    condition     = alltrue([for controls in values(aws_s3_bucket_ownership_controls.this) : controls.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "ACLs are off"
  }
  assert {
    condition     = alltrue([for versioning in values(aws_s3_bucket_versioning.this) : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "both buckets keep versions"
  }
  assert {
    condition = alltrue([for encryption in values(aws_s3_bucket_server_side_encryption_configuration.this) : alltrue([for rule in encryption.rule :
    rule.bucket_key_enabled && rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && rule.apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn])])
    error_message = "the default encryption is the key, with bucket keys"
  }
  assert {
    condition     = length(aws_kms_key.this) == 0
    error_message = "no key is made where one is given"
  }
}

run "bucket_policy" {
  command = plan

  assert {
    condition     = [for s in jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement : s.Sid] == ["DenyWithoutTls", "DenyOldTls", "DenyOtherEncryption", "DenyKeyOfTheClient", "DenyOtherKey", "DenyKeyOfAws"]
    error_message = "the bucket policy has these statements and no other"
  }
  assert {
    condition     = jsonencode([for s in jsondecode(aws_s3_bucket_policy.this["dead_letters"].policy).Statement : merge(s, { Resource = "" })]) == jsonencode([for s in jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement : merge(s, { Resource = "" })])
    error_message = "dead letters are guarded as the lake is"
  }
  assert {
    condition     = alltrue([for s in jsondecode(aws_s3_bucket_policy.this["dead_letters"].policy).Statement : alltrue([for arn in flatten([s.Resource]) : startswith(arn, "arn:aws:s3:::sluice-test-dead-letters-111122223333")])])
    error_message = "the dead letters' policy speaks of their bucket"
  }
  assert {
    condition = jsonencode(jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement[0]) == jsonencode({
      Sid       = "DenyWithoutTls", Effect = "Deny", Principal = "*", Action = "s3:*"
      Resource  = ["arn:aws:s3:::sluice-test-lake-111122223333", "arn:aws:s3:::sluice-test-lake-111122223333/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    })
    error_message = "nothing goes without TLS"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement[1].Condition) == jsonencode({ NumericLessThan = { "s3:TlsVersion" = "1.2" } })
    error_message = "nothing goes with TLS before 1.2"
  }
  assert {
    condition = jsonencode(jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement[2]) == jsonencode({
      Sid       = "DenyOtherEncryption", Effect = "Deny", Principal = "*", Action = "s3:PutObject"
      Resource  = "arn:aws:s3:::sluice-test-lake-111122223333/*"
      Condition = { Null = { "s3:x-amz-server-side-encryption" = "false" }, StringNotEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" } }
    })
    error_message = "a write that asks for another encryption is refused, one that asks for none is not"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement[3].Condition) == jsonencode({ Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } })
    error_message = "a write with a key of the client is refused"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement[4].Condition) == jsonencode({ Null = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "false" }, StringNotEquals = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = var.kms_key_arn } })
    error_message = "a write that names another key is refused"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement[5].Condition) == jsonencode({ Null = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "true" }, StringEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" } })
    error_message = "a write with aws:kms and no key, which AWS's own would encrypt, is refused"
  }
}

run "sse_s3" {
  command = plan

  variables {
    encryption  = "s3"
    kms_key_arn = null
  }

  assert {
    condition     = alltrue([for e in values(aws_s3_bucket_server_side_encryption_configuration.this) : alltrue([for rule in e.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"])]) && length(aws_kms_key.this) == 0
    error_message = "with encryption = s3 there is SSE-S3 and no key"
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement[2].Condition.StringNotEquals["s3:x-amz-server-side-encryption"] == "AES256" && length(jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement) == 4
    error_message = "with encryption = s3 the policy asks for AES256 and speaks of no key"
  }
  assert {
    condition     = jsonencode(output.sluice_flags) == jsonencode({ lake = "s3://sluice-test-lake-111122223333/lake", deadLetters = "s3://sluice-test-dead-letters-111122223333/dead-letters", SSEAlgorithm = "AES256" }) && output.kms_key_arn == null
    error_message = "with encryption = s3 no flag names a key"
  }
}

run "lifecycle" {
  command = plan

  variables {
    tables                   = ["user_actions", "orders"]
    lake_transitions         = [{ days = 60, storage_class = "STANDARD_IA" }, { days = 180, storage_class = "GLACIER_IR" }]
    lake_expire_days         = 400
    dead_letters_expire_days = 90
  }

  assert {
    condition     = alltrue([for l in values(aws_s3_bucket_lifecycle_configuration.this) : l.rule[0].id == "abort-incomplete-uploads" && l.rule[0].status == "Enabled" && l.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 14])
    error_message = "incomplete uploads are removed after 14 days"
  }
  assert {
    condition     = alltrue([for l in values(aws_s3_bucket_lifecycle_configuration.this) : l.rule[1].noncurrent_version_expiration[0].noncurrent_days == 30 && l.rule[1].expiration[0].expired_object_delete_marker])
    error_message = "old versions and what marks them go after 30 days"
  }
  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this["lake"].rule : rule.filter[0].prefix if startswith(rule.id, "old-files-")] == ["lake/orders/event_date=", "lake/user_actions/event_date="]
    error_message = "old files of the lake are those of dates; _sluice/ and _delta_log/ are in no rule"
  }
  assert {
    condition = alltrue(flatten([for rule in aws_s3_bucket_lifecycle_configuration.this["lake"].rule : [for key in [
      "lake/orders_current/bucket-00003/rows-0a1b2c3d.parquet", "lake/orders_current/_versions/0000000007.json",
      "lake/_symlink_format_manifest/orders_current/manifest", "lake/_symlink_format_manifest/orders/event_date=2026-01-31/manifest",
    ] : !startswith(key, rule.filter[0].prefix)] if startswith(rule.id, "old-files-")]))
    error_message = "current rows, however old, and lists of live files are in no rule"
  }
  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.this["dead_letters"].rule : rule.filter[0].prefix if startswith(rule.id, "old-files-")] == ["dead-letters/orders_dead_letters/dead_letter_date=", "dead-letters/user_actions_dead_letters/dead_letter_date="]
    error_message = "old dead letters are those of dates, without _delta_log/"
  }
  assert {
    condition = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.this["lake"].rule :
      rule.expiration[0].days == 400 && toset([for t in rule.transition : "${t.days} ${t.storage_class}"]) == toset(["60 STANDARD_IA", "180 GLACIER_IR"])
    if startswith(rule.id, "old-files-")])
    error_message = "the lake's files move and expire as asked"
  }
  assert {
    condition     = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.this["dead_letters"].rule : rule.expiration[0].days == 90 && length(rule.transition) == 0 if startswith(rule.id, "old-files-")])
    error_message = "dead letters expire as asked and stay where they are"
  }
}

run "by_default_nothing_expires" {
  command = plan

  assert {
    condition     = alltrue([for l in values(aws_s3_bucket_lifecycle_configuration.this) : length(l.rule) == 2])
    error_message = "without being asked, no rule touches a current file"
  }
  assert {
    condition     = length(aws_s3_bucket_inventory.this) == 0
    error_message = "without being asked, there is no inventory"
  }
}

run "intelligent_tiering" {
  command = plan

  variables {
    intelligent_tiering = true
  }

  assert {
    condition     = [for t in aws_s3_bucket_lifecycle_configuration.this["lake"].rule[2].transition : "${t.days} ${t.storage_class}"] == ["0 INTELLIGENT_TIERING"]
    error_message = "the lake's files go to INTELLIGENT_TIERING at once"
  }
}

run "logs_and_inventory" {
  command = plan

  variables {
    inventory = "Weekly"
  }

  assert {
    condition     = alltrue([for kind, logging in aws_s3_bucket_logging.this : logging.target_bucket == "sluice-test-logs-111122223333" && startswith(logging.target_prefix, "access/sluice-test-")]) && length(aws_s3_bucket_logging.this) == 2
    error_message = "both buckets log their accesses to the bucket of logs"
  }
  assert {
    condition     = [for s in jsondecode(aws_s3_bucket_policy.logs[0].policy).Statement : s.Sid] == ["DenyWithoutTls", "DenyOldTls", "AccessLogs", "Inventories"]
    error_message = "the policy of the bucket of logs has these statements and no other"
  }
  assert {
    condition = jsonencode(jsondecode(aws_s3_bucket_policy.logs[0].policy).Statement[2]) == jsonencode({
      Sid      = "AccessLogs", Effect = "Allow", Principal = { Service = "logging.s3.amazonaws.com" }, Action = "s3:PutObject"
      Resource = "arn:aws:s3:::sluice-test-logs-111122223333/access/*"
      Condition = {
        ArnLike      = { "aws:SourceArn" = ["arn:aws:s3:::sluice-test-dead-letters-111122223333", "arn:aws:s3:::sluice-test-lake-111122223333"] }
        StringEquals = { "aws:SourceAccount" = "111122223333" }
      }
    })
    error_message = "only these buckets of this account may have their logs written"
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.logs[0].policy).Statement[3].Principal.Service == "s3.amazonaws.com" && jsondecode(aws_s3_bucket_policy.logs[0].policy).Statement[3].Condition.StringEquals["aws:SourceAccount"] == "111122223333"
    error_message = "inventories are written for this account only"
  }
  assert {
    condition     = alltrue([for e in aws_s3_bucket_server_side_encryption_configuration.logs : alltrue([for rule in e.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"])])
    error_message = "the bucket of logs has SSE-S3, or S3 delivers nothing"
  }
  assert {
    condition     = alltrue([for i in values(aws_s3_bucket_inventory.this) : i.schedule[0].frequency == "Weekly" && i.destination[0].bucket[0].bucket_arn == "arn:aws:s3:::sluice-test-logs-111122223333"]) && length(aws_s3_bucket_inventory.this) == 2
    error_message = "both buckets have an inventory as often as asked"
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.logs[0].rule[0].expiration[0].days == 90
    error_message = "logs expire"
  }
}

run "no_logs" {
  command = plan

  variables {
    access_logs = false
  }

  assert {
    condition     = length(aws_s3_bucket.logs) == 0 && length(aws_s3_bucket_logging.this) == 0
    error_message = "without logs and inventory there is no bucket for them"
  }
}

run "flags" {
  command = plan

  variables {
    lake_prefix              = ""
    lake_expire_days         = null
    dead_letters_expire_days = 90
  }

  assert {
    condition     = jsonencode(output.sluice_audit_flags) == jsonencode({ deadLettersExpireDays = 90 })
    error_message = "the audit's flags have the days of each bucket that has some"
  }

  assert {
    condition = jsonencode(output.sluice_flags) == jsonencode({
      lake             = "s3://sluice-test-lake-111122223333"
      deadLetters      = "s3://sluice-test-dead-letters-111122223333/dead-letters"
      SSEAlgorithm     = "aws:kms"
      SSEKMSKeyId      = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001"
      bucketKeyEnabled = "true"
    })
    error_message = "the flags name buckets, prefixes and key"
  }
}
