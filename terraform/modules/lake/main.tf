locals {
  buckets = {
    lake         = coalesce(var.lake_bucket, "${var.name}-lake-${var.account_id}")
    dead_letters = coalesce(var.dead_letters_bucket, "${var.name}-dead-letters-${var.account_id}")
  }
  # From names, not from resources: so a plan knows the policies.
  arns = { for kind, bucket in local.buckets : kind => "arn:${var.partition}:s3:::${bucket}" }

  logs        = var.access_logs || var.inventory != "off"
  logs_bucket = "${var.name}-logs-${var.account_id}"
  logs_arn    = "arn:${var.partition}:s3:::${local.logs_bucket}"

  kms         = var.encryption == "kms"
  make_key    = local.kms && var.kms_key_arn == null
  kms_key_arn = local.make_key ? aws_kms_key.this[0].arn : var.kms_key_arn

  # Rules for old files name the folders of dates. `_sluice/` beside the tables holds how many shards a table has and must stay, and so
  # must `_delta_log/` in a table: without its first commit nobody reads the table any more. So must `TABLE_current/`
  # and `_symlink_format_manifest/`: a file of current rows is old where nothing has changed.
  folders = {
    lake         = { for table in var.tables : table => "${join("/", compact([var.lake_prefix, table]))}/event_date=" }
    dead_letters = { for table in var.tables : table => "${join("/", compact([var.dead_letters_prefix, table]))}_dead_letters/dead_letter_date=" }
  }
  expire_days = { lake = var.lake_expire_days, dead_letters = var.dead_letters_expire_days }
  transitions = {
    lake         = var.intelligent_tiering ? [{ days = 0, storage_class = "INTELLIGENT_TIERING" }] : var.lake_transitions
    dead_letters = []
  }
  moves_old_files = { for kind in keys(local.buckets) : kind => local.expire_days[kind] != null || length(local.transitions[kind]) > 0 }

  tls_only = { for kind, arn in merge(local.arns, { logs = local.logs_arn }) : kind => [
    {
      Sid       = "DenyWithoutTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [arn, "${arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    },
    {
      Sid       = "DenyOldTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [arn, "${arn}/*"]
      Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
    },
  ] }

  # A request without these headers gets the bucket's default, which is the same key: parts of an upload have none. One that asks for
  # aws:kms and names no key would get AWS's own.
  kms_only = { for kind, arn in local.arns : kind => [
    {
      Sid       = "DenyOtherEncryption"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:PutObject"
      Resource  = "${arn}/*"
      Condition = {
        Null            = { "s3:x-amz-server-side-encryption" = "false" }
        StringNotEquals = { "s3:x-amz-server-side-encryption" = local.kms ? "aws:kms" : "AES256" }
      }
    },
    {
      Sid       = "DenyKeyOfTheClient"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:PutObject"
      Resource  = "${arn}/*"
      Condition = { Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } }
    },
  ] }
  one_key_only = { for kind, arn in local.arns : kind => [
    {
      Sid       = "DenyOtherKey"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:PutObject"
      Resource  = "${arn}/*"
      Condition = {
        Null            = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "false" }
        StringNotEquals = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = local.kms_key_arn }
      }
    },
    {
      Sid       = "DenyKeyOfAws"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:PutObject"
      Resource  = "${arn}/*"
      Condition = {
        Null         = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "true" }
        StringEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" }
      }
    },
  ] if local.kms }
}

resource "aws_kms_key" "this" {
  count = local.make_key ? 1 : 0

  description             = "${var.name}: the lake and its dead letters"
  enable_key_rotation     = true
  rotation_period_in_days = var.kms_rotation_days
  deletion_window_in_days = 30
  tags                    = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "PoliciesOfTheAccountDecide"
      Effect    = "Allow"
      Principal = { AWS = "arn:${var.partition}:iam::${var.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_alias" "this" {
  count = local.make_key ? 1 : 0

  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this[0].key_id
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket        = each.value
  force_destroy = var.force_destroy
  tags          = var.tags

  # So that a destroy which a full bucket refuses does not go on to delete the key of what it holds.
  depends_on = [aws_kms_key.this]
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.this[each.key].bucket
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket
  rule {
    bucket_key_enabled = local.kms
    apply_server_side_encryption_by_default {
      sse_algorithm     = local.kms ? "aws:kms" : "AES256"
      kms_master_key_id = local.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.tls_only[each.key], local.kms_only[each.key], lookup(local.one_key_only, each.key, []))
  })

  # S3 refuses a policy while the block is being changed.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].bucket

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = var.abort_incomplete_uploads_days
    }
  }

  rule {
    id     = "noncurrent-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_versions_days
    }
    expiration {
      expired_object_delete_marker = true
    }
  }

  dynamic "rule" {
    for_each = local.moves_old_files[each.key] ? local.folders[each.key] : {}
    content {
      id     = "old-files-${rule.key}"
      status = "Enabled"
      filter {
        prefix = rule.value
      }
      dynamic "transition" {
        for_each = local.transitions[each.key]
        content {
          days          = transition.value.days
          storage_class = transition.value.storage_class
        }
      }
      dynamic "expiration" {
        for_each = local.expire_days[each.key] == null ? [] : [local.expire_days[each.key]]
        content {
          days = expiration.value
        }
      }
    }
  }

  # Rules for noncurrent versions take effect only where there are versions.
  depends_on = [aws_s3_bucket_versioning.this]
}
