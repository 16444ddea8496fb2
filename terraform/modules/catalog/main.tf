data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  contract = try(yamldecode(file(var.contract)), null)
  table    = try(tostring(local.contract.table), "")

  # Terraform has no recursion and types nest, so a type is rewritten as text. In its JSON the keys of a field stand in the order of the
  # alphabet: name, path, required, type. So {"name":"x","type": opens a field, and what closes it is the brace before a comma, or before the
  # bracket of its struct; every brace that is left then closes a list or a map. How a timestamp or a decimal is written says nothing of its type.
  contract_columns = [for column in try(local.contract.columns, []) : {
    name = lower(try(column.name, ""))
    field = replace(replace(replace(jsonencode(try(column.type, "")),
      "/\\{\"timestamp\":\\{\"formats\":\\[.*?\\](?:,\"unit\":\"(?:millis|micros|nanos)\")?\\}\\}/", "\"timestamp\""),
      "/\\{\"decimal\":\\{\"precision\":\"?([0-9]+)\"?,\"scale\":\"?([0-9]+)\"?,\"written\":\"(?:decimal|unscaled|base64)\"\\}\\}/", "\"decimal($1,$2)\""),
    "/\\{\"name\":\"([A-Za-z0-9_]*)\"(?:,\"path\":\\[?\"(?:[^\"\\\\]|\\\\.)*\"\\]?)?(?:,\"required\":(?:true|false))?,\"type\":/", "$1:")
  }]
  nested_columns = [for column in local.contract_columns : {
    name = column.name
    type = replace(replace(replace(replace(replace(replace(column.field,
      "},", ","),
      "}]}", ">"),
      "{\"list\":", "array<"),
      "{\"map\":", "map<string,"),
      "{\"struct\":[", "struct<"),
    "}", ">")
  }]

  # As the Parquet files have them: a timestamp is one in UTC, of millis, micros or nanos, bytes and UUIDs are bytes, a time of the day its
  # microseconds, JSON its text. Engines fold names to
  # lower case and find a Parquet column by its name whatever the case, so they are lower here already: Glue does the same, and the next
  # plan would show a change.
  event_columns = [for column in local.nested_columns : {
    name = column.name
    type = lower(
      replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(column.type,
        "/\"\\s*(string|boolean|float|double|date)\\s*\"/", "$1"),
        "/\"\\s*json\\s*\"/", "string"),
        "/\"\\s*time\\s*\"/", "bigint"),
        "/\"\\s*int32\\s*\"/", "int"),
        "/\"\\s*int64\\s*\"/", "bigint"),
        "/\"\\s*(?:bytes|uuid)\\s*\"/", "binary"),
        "/\"\\s*decimal\\(\\s*0*([0-9]+)\\s*,\\s*0*([0-9]+)\\s*\\)\\s*\"/", "decimal($1,$2)"),
        "/\"\\s*timestamp\\s*\"/", "timestamp"),
        "/\"\\s*timestamp\\(\\s*(?:millis|micros|nanos)\\s*\\)\\s*\"/", "timestamp"),
        "/\"\\s*timestamp\\(\\s*(?:millis|micros|nanos)\\s*,\\s*(?:iso8601|epoch_s|epoch_ms|epoch_us|epoch_ns)\\s*\\)\\s*\"/", "timestamp"),
      " ", "")
    )
  }]

  # What is still in quotes, or still has a bracket of JSON, is no type of a contract.
  unknown_types = [for column in local.event_columns : column.name if can(regex("[\"{}\\[\\]]", column.type))]

  # A contract whose records have no time of their own need not say the column.
  record_time_columns = try(local.contract.event_time, "") == "record_time" && !contains([for column in local.event_columns : column.name], "record_time") ? [
    { name = "record_time", type = "timestamp" },
  ] : []

  position_columns = tobool(try(local.contract.position_columns, false)) ? [
    { name = "_source", type = "string" },
    { name = "_partition", type = "int" },
    { name = "_offset", type = "bigint" },
    { name = "_record_time", type = "timestamp" },
  ] : []

  # The pipeline's DeadLetters; CatalogColumnsTest holds the two together.
  dead_letter_columns = [
    { name = "key", type = "binary" },
    { name = "value", type = "binary" },
    { name = "headers", type = "array<struct<key:string,value:binary>>" },
    { name = "source", type = "string" },
    { name = "partition", type = "int" },
    { name = "offset", type = "bigint" },
    { name = "record_time", type = "timestamp" },
    { name = "reason", type = "string" },
    { name = "path", type = "string" },
    { name = "message", type = "string" },
    { name = "contract_version", type = "string" },
    { name = "first_seen", type = "timestamp" },
  ]

  tables = {
    events = {
      name        = local.table
      description = "Events of the topic ${try(local.contract.topic, local.contract.source.topic, "")}, each once."
      root        = var.lake
      date        = "event_date"
      columns     = concat(local.event_columns, local.record_time_columns, local.position_columns)
    }
    dead_letters = {
      name        = "${local.table}_dead_letters"
      description = "Records of the topic ${try(local.contract.topic, local.contract.source.topic, "")} that the contract does not accept, as they were, and why."
      root        = var.dead_letters
      date        = "dead_letter_date"
      columns     = local.dead_letter_columns
    }
  }

  # SQL that is not quoted takes no hyphen.
  database       = replace(var.name, "-", "_")
  account        = data.aws_caller_identity.current.account_id
  arn_prefix     = "arn:${data.aws_partition.current.partition}"
  regional       = "${data.aws_region.current.region}:${local.account}"
  workgroup_arn  = "${local.arn_prefix}:athena:${local.regional}:workgroup/${var.name}"
  results_bucket = coalesce(var.results_bucket, "${var.name}-athena-results-${local.account}")

  results_bucket_arn = "${local.arn_prefix}:s3:::${local.results_bucket}"
  results_location   = "s3://${local.results_bucket}/results/"

  glue_arns = concat(
    [
      "${local.arn_prefix}:glue:${local.regional}:catalog",
      "${local.arn_prefix}:glue:${local.regional}:database/default", # Athena asks for it before each query, whether or not it is there
      "${local.arn_prefix}:glue:${local.regional}:database/${local.database}",
    ],
    [for key in ["events", "dead_letters"] : "${local.arn_prefix}:glue:${local.regional}:table/${local.database}/${local.tables[key].name}"],
  )
}

resource "aws_glue_catalog_database" "this" {
  name        = local.database
  description = "Tables of ${var.name}."
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(local.unknown_types) == 0
      error_message = "${var.contract} has columns of unknown types: ${join(", ", local.unknown_types)}. Types are string, boolean, int32, int64, float, double, decimal(p,s), {decimal}, date, time, timestamp(unit, format), {timestamp: {formats}}, bytes, uuid, json, {list: type}, {map: type} and {struct: [fields]}."
    }
  }
}

resource "aws_glue_catalog_table" "this" {
  for_each = local.tables

  name          = each.value.name
  database_name = aws_glue_catalog_database.this.name
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"

  # Athena works the dates' folders out from these: nothing registers a partition, so a date can be queried with its first file.
  parameters = {
    EXTERNAL                                      = "TRUE"
    classification                                = "parquet"
    "projection.enabled"                          = "true"
    "projection.${each.value.date}.type"          = "date"
    "projection.${each.value.date}.format"        = "yyyy-MM-dd"
    "projection.${each.value.date}.range"         = "${var.first_date},NOW${var.days_ahead == 0 ? "" : "+${var.days_ahead}DAYS"}"
    "projection.${each.value.date}.interval"      = "1"
    "projection.${each.value.date}.interval.unit" = "DAYS"
    "storage.location.template"                   = "${each.value.root}/${each.value.name}/${each.value.date}=$${${each.value.date}}/"
  }

  partition_keys {
    name    = each.value.date
    type    = "string"
    comment = "YYYY-MM-DD"
  }

  storage_descriptor {
    location      = "${each.value.root}/${each.value.name}/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
      parameters            = { "serialization.format" = "1" }
    }

    dynamic "columns" {
      for_each = each.value.columns

      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }
}

resource "aws_s3_bucket" "results" {
  bucket        = local.results_bucket
  force_destroy = true # results of queries, which expire anyway
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "results" {
  bucket = aws_s3_bucket.results.bucket

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "results" {
  bucket = aws_s3_bucket.results.bucket

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "results" {
  bucket = aws_s3_bucket.results.bucket

  rule {
    bucket_key_enabled = var.kms_key_arn != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "results" {
  bucket = aws_s3_bucket.results.bucket

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.results_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_policy" "results" {
  bucket = aws_s3_bucket.results.bucket

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [local.results_bucket_arn, "${local.results_bucket_arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.results]
}

resource "aws_athena_workgroup" "this" {
  name          = var.name
  description   = "Queries of ${var.name}, with a limit to what one may read."
  force_destroy = true # its named queries and history; no data
  tags          = var.tags

  configuration {
    # What a client asks for does not override the limit, nor where results go and how they are encrypted.
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.scan_limit_gib * 1024 * 1024 * 1024

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = local.results_location
      expected_bucket_owner = local.account

      encryption_configuration {
        encryption_option = var.kms_key_arn == null ? "SSE_S3" : "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}

locals {
  named_queries = {
    events_per_date = {
      description = "How many events each of the last 30 dates has."
      query       = <<-SQL
        SELECT event_date, count(*) AS events
        FROM "${local.database}"."${local.tables.events.name}"
        WHERE event_date >= date_format(current_date - INTERVAL '30' DAY, '%Y-%m-%d')
        GROUP BY event_date
        ORDER BY event_date DESC
      SQL
    }
    freshness = {
      description = "The newest event of the last days, and how many minutes ago it was."
      query       = <<-SQL
        SELECT
          max("${local.event_time}") AS newest_event,
          date_diff('minute', max("${local.event_time}"), CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp)) AS minutes_ago
        FROM "${local.database}"."${local.tables.events.name}"
        WHERE event_date >= date_format(current_date - INTERVAL '3' DAY, '%Y-%m-%d')
          AND "${local.event_time}" <= CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp)
      SQL
    }
    dead_letters_by_reason = {
      description = "Why records of the last 7 dates became dead letters, how often, and one message of each."
      query       = <<-SQL
        SELECT dead_letter_date, reason, count(*) AS records, min(record_time) AS first_record, max(record_time) AS last_record, arbitrary(message) AS example
        FROM "${local.database}"."${local.tables.dead_letters.name}"
        WHERE dead_letter_date >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
        GROUP BY dead_letter_date, reason
        ORDER BY dead_letter_date DESC, records DESC
      SQL
    }
  }
  event_time = lower(try(local.contract.event_time, ""))
}

resource "aws_athena_named_query" "this" {
  for_each = local.named_queries

  name        = "${var.name}-${replace(each.key, "_", "-")}"
  description = each.value.description
  workgroup   = aws_athena_workgroup.this.name
  database    = aws_glue_catalog_database.this.name
  query       = each.value.query
}
