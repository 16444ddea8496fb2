locals {
  bucket = coalesce(var.bucket, "${var.name}-state-${var.account_id}")
  # From names, not from resources: so a plan knows the policies.
  arn     = "arn:${var.partition}:s3:::${local.bucket}"
  root    = var.prefix == "" ? "" : "${var.prefix}/"
  folders = ["checkpoints", "savepoints", "ha"]
  objects = [for folder in local.folders : "${local.arn}/${local.root}${folder}/*"]
  made    = var.create_bucket ? toset(["this"]) : toset([])
  s3      = "s3.${var.region}.${var.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}"

  # Flink deletes its own checkpoints, and its S3 file systems abort the uploads that they give up.
  files_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # IfExists, because HeadBucket and HeadObject have no prefix.
      {
        Sid       = "ListState"
        Effect    = "Allow"
        Action    = "s3:ListBucket"
        Resource  = local.arn
        Condition = { StringLikeIfExists = { "s3:prefix" = flatten([for folder in local.folders : ["${local.root}${folder}", "${local.root}${folder}/*"]]) } }
      },
      {
        Sid      = "KeepState"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        Resource = local.objects
      },
    ]
  })

  keys_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "KeysOfState"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = var.kms_key_arn
      Condition = {
        StringEquals = { "kms:ViaService" = local.s3 }
        # The bucket's ARN with bucket keys, the object's without.
        StringLike = { "kms:EncryptionContext:aws:s3:arn" = [local.arn, "${local.arn}/*"] }
      }
    }]
  })
}

resource "aws_s3_bucket" "this" {
  for_each = local.made

  bucket        = local.bucket
  force_destroy = var.force_destroy
  tags          = var.tags

  # So that a destroy which a full bucket refuses does not go on to delete the key of what it holds.
  depends_on = [var.kms_key_arn]
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.made

  bucket                  = aws_s3_bucket.this[each.key].bucket
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.made

  bucket = aws_s3_bucket.this[each.key].bucket
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.made

  bucket = aws_s3_bucket.this[each.key].bucket
  rule {
    bucket_key_enabled = var.use_kms
    apply_server_side_encryption_by_default {
      sse_algorithm     = var.use_kms ? "aws:kms" : "AES256"
      kms_master_key_id = var.use_kms ? var.kms_key_arn : null
    }
  }
}

# Flink names no key, so the bucket's default is what encrypts. No versions: each checkpoint would be kept, and paid for, twice.
resource "aws_s3_bucket_policy" "this" {
  for_each = local.made

  bucket = aws_s3_bucket.this[each.key].bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [local.arn, "${local.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "DenyOldTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [local.arn, "${local.arn}/*"]
        Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
      },
      {
        Sid       = "DenyOtherEncryption"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:PutObject"
        Resource  = "${local.arn}/*"
        Condition = { Null = { "s3:x-amz-server-side-encryption" = "false" } }
      },
      {
        Sid       = "DenyKeyOfTheClient"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:PutObject"
        Resource  = "${local.arn}/*"
        Condition = { Null = { "s3:x-amz-server-side-encryption-customer-algorithm" = "false" } }
      },
    ]
  })

  # S3 refuses a policy while the block is being changed.
  depends_on = [aws_s3_bucket_public_access_block.this]
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.made

  bucket = aws_s3_bucket.this[each.key].bucket

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = var.abort_incomplete_uploads_days
    }
  }

  dynamic "rule" {
    for_each = var.savepoints_expire_days == null ? [] : [var.savepoints_expire_days]
    content {
      id     = "old-savepoints"
      status = "Enabled"
      filter {
        prefix = "${local.root}savepoints/"
      }
      expiration {
        days = rule.value
      }
    }
  }
}
