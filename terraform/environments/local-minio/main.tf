# What MinIO's S3 has of the modules: buckets, versions, rules for old versions. It has no public access block, no ownership controls and no
# key policies, and answers 501 to them; and it removes incomplete uploads by a setting of its own, MINIO_API_STALE_UPLOADS_EXPIRY, which is a
# day: set 168h.
locals {
  buckets   = toset(["lake", "dead-letters", "state"])
  versioned = toset(["lake", "dead-letters"])
}

resource "aws_s3_bucket" "this" {
  for_each = local.buckets

  bucket        = each.key
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.versioned

  bucket = aws_s3_bucket.this[each.key].bucket
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.versioned

  bucket = aws_s3_bucket.this[each.key].bucket
  rule {
    id     = "noncurrent-versions"
    status = "Enabled"
    filter {
      prefix = ""
    }
    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_versions_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
