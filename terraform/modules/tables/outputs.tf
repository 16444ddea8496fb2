output "rights" {
  description = "What the roles have rights to: the identity module's variable tables."
  value = {
    glue_database    = var.glue ? local.live_database : null
    iceberg_database = local.in_glue ? local.iceberg_database : null
    metadata         = var.metadata
    table_bucket     = local.in_s3tables ? { arn = local.table_bucket_arn, namespace = local.sql_name } : null
  }
}

output "sluice_flags" {
  description = "Flags of `sluice run`, `follow`, `compact` and `rebuild` that these resources decide, by name; empty without any. With iceberg in publish, --icebergConfig=FILE is needed, too."
  value = merge(
    length(compact([var.glue ? "glue" : "", var.iceberg == null ? "" : "iceberg"])) == 0 ? {} : { publish = join(",", compact([var.glue ? "glue" : "", var.iceberg == null ? "" : "iceberg"])) },
    var.glue ? { glueDatabase = aws_glue_catalog_database.live[0].name } : {},
  )
}

output "iceberg_properties" {
  description = "Text of the properties file that --icebergConfig names, without a secret; null without a catalog of Iceberg's."
  value       = var.iceberg == null ? null : join("", [for line in local.iceberg_properties[var.iceberg] : "${line}\n"])

  # Who reads it may use the catalog.
  depends_on = [aws_glue_catalog_database.iceberg, aws_s3tables_namespace.this, aws_s3tables_table_bucket_policy.this]
}

output "databases" {
  description = "Names of the Glue databases, by what follows there: glue, iceberg."
  value = merge(
    { for database in aws_glue_catalog_database.live : "glue" => database.name },
    { for database in aws_glue_catalog_database.iceberg : "iceberg" => database.name },
  )
}

output "table_bucket_arn" {
  description = "ARN of the bucket of S3 Tables; null where there is none."
  value       = local.in_s3tables ? aws_s3tables_table_bucket.this[0].arn : null
}
