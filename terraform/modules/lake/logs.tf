# Access logs and inventories. S3 delivers access logs only to buckets with SSE-S3.

resource "aws_s3_bucket" "logs" {
  count = local.logs ? 1 : 0

  bucket        = local.logs_bucket
  force_destroy = var.force_destroy
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "logs" {
  count = local.logs ? 1 : 0

  bucket                  = aws_s3_bucket.logs[0].bucket
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  count = local.logs ? 1 : 0

  bucket = aws_s3_bucket.logs[0].bucket
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  count = local.logs ? 1 : 0

  bucket = aws_s3_bucket.logs[0].bucket
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  count = local.logs ? 1 : 0

  bucket = aws_s3_bucket.logs[0].bucket
  rule {
    id     = "old-logs"
    status = "Enabled"
    filter {}
    expiration {
      days = var.logs_expire_days
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  count = local.logs ? 1 : 0

  bucket = aws_s3_bucket.logs[0].bucket
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.tls_only["logs"], [
      {
        Sid       = "AccessLogs"
        Effect    = "Allow"
        Principal = { Service = "logging.s3.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${local.logs_arn}/access/*"
        Condition = {
          ArnLike      = { "aws:SourceArn" = values(local.arns) }
          StringEquals = { "aws:SourceAccount" = var.account_id }
        }
      },
      {
        Sid       = "Inventories"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${local.logs_arn}/inventory/*"
        Condition = {
          ArnLike      = { "aws:SourceArn" = values(local.arns) }
          StringEquals = { "aws:SourceAccount" = var.account_id }
        }
      },
    ])
  })

  depends_on = [aws_s3_bucket_public_access_block.logs]
}

resource "aws_s3_bucket_logging" "this" {
  for_each = var.access_logs ? local.buckets : {}

  bucket        = aws_s3_bucket.this[each.key].bucket
  target_bucket = aws_s3_bucket.logs[0].bucket
  target_prefix = "access/${each.value}/"
  target_object_key_format {
    partitioned_prefix {
      partition_date_source = "EventTime"
    }
  }

  depends_on = [aws_s3_bucket_policy.logs]
}

resource "aws_s3_bucket_inventory" "this" {
  for_each = var.inventory == "off" ? {} : local.buckets

  bucket                   = aws_s3_bucket.this[each.key].bucket
  name                     = "${var.name}-${replace(each.key, "_", "-")}"
  included_object_versions = "Current"
  optional_fields          = ["Size", "LastModifiedDate", "StorageClass", "ETag", "IsMultipartUploaded", "EncryptionStatus", "BucketKeyStatus"]
  schedule {
    frequency = var.inventory
  }
  destination {
    bucket {
      account_id = var.account_id
      bucket_arn = local.logs_arn
      format     = "Parquet"
      prefix     = "inventory"
      encryption {
        sse_s3 {}
      }
    }
  }

  depends_on = [aws_s3_bucket_policy.logs]
}
