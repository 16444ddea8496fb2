locals {
  # SQL that is not quoted takes no hyphen.
  sql_name         = replace(var.name, "-", "_")
  live_database    = "${local.sql_name}_live"
  iceberg_database = "${local.sql_name}_iceberg"
  in_glue          = var.iceberg == "glue"
  in_s3tables      = var.iceberg == "s3tables"
  metadata         = local.in_glue ? "s3://${var.metadata.bucket}/${var.metadata.prefix}" : null

  # From names, not from resources: so a plan knows the policies.
  table_bucket     = coalesce(var.table_bucket, var.name)
  table_bucket_arn = "arn:${var.partition}:s3tables:${var.region}:${var.account_id}:bucket/${local.table_bucket}"

  # Iceberg's own names. Glue's REST catalog makes no table in a transaction, so this one is Iceberg's client of Glue's API.
  iceberg_properties = {
    glue = [
      "type=glue",
      "glue.id=${var.account_id}",
      "warehouse=${coalesce(local.metadata, "none")}",
      "client.region=${var.region}",
      "sluice.namespace=${local.iceberg_database}",
    ]
    s3tables = [
      "type=rest",
      "uri=https://s3tables.${var.region}.${var.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}/iceberg",
      "warehouse=${local.table_bucket_arn}",
      "rest.sigv4-enabled=true",
      "rest.signing-name=s3tables",
      "rest.signing-region=${var.region}",
      "sluice.namespace=${local.sql_name}",
    ]
  }
}

# The lists of live files that its partitions lead to are the lake's.
resource "aws_glue_catalog_database" "live" {
  count = var.glue ? 1 : 0

  name        = local.live_database
  description = "Tables of ${var.name} with a partition for each date, as sluice follows."
  tags        = var.tags
}

resource "aws_glue_catalog_database" "iceberg" {
  count = local.in_glue ? 1 : 0

  name         = local.iceberg_database
  description  = "Tables of ${var.name} in Iceberg, as sluice follows."
  location_uri = local.metadata
  tags         = var.tags
}

resource "aws_s3tables_table_bucket" "this" {
  count = local.in_s3tables ? 1 : 0

  name          = local.table_bucket
  force_destroy = var.force_destroy
  tags          = var.tags

  encryption_configuration = {
    sse_algorithm = var.kms_key_arn == null ? "AES256" : "aws:kms"
    kms_key_arn   = var.kms_key_arn
  }
}

resource "aws_s3tables_table_bucket_policy" "this" {
  count = local.in_s3tables ? 1 : 0

  table_bucket_arn = aws_s3tables_table_bucket.this[0].arn
  resource_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3tables:*"
        Resource  = [local.table_bucket_arn, "${local.table_bucket_arn}/table/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      # Access is given by roles of this account; no other account has any, whatever its own policies say.
      {
        Sid       = "DenyOtherAccounts"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3tables:*"
        Resource  = [local.table_bucket_arn, "${local.table_bucket_arn}/table/*"]
        Condition = {
          StringNotEquals = { "aws:PrincipalAccount" = var.account_id }
          Bool            = { "aws:PrincipalIsAWSService" = "false" }
        }
      },
    ]
  })
}

resource "aws_s3tables_namespace" "this" {
  count = local.in_s3tables ? 1 : 0

  table_bucket_arn = aws_s3tables_table_bucket.this[0].arn
  namespace        = local.sql_name
}
