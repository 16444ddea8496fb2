mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
}

variables {
  name         = "sluice-test"
  contract     = "../../../pipeline/src/main/resources/io/sluice/contract/user-actions.yaml"
  lake         = "s3://lake-bucket/lake"
  dead_letters = "s3://dead-bucket/dead"
}

# The pipeline's CatalogColumnsTest holds the same lists against the Parquet schemas.
run "columns_of_the_default_contract" {
  command = plan

  assert {
    condition = jsonencode({
      for key, table in aws_glue_catalog_table.this : key => [for column in table.storage_descriptor[0].columns : { name = column.name, type = column.type }]
    }) == jsonencode(jsondecode(file("tests/user-actions.columns.json")))
    error_message = "the tables of the default contract are not those of user-actions.columns.json"
  }

  assert {
    condition     = jsonencode(output.columns) == jsonencode(jsondecode(file("tests/user-actions.columns.json")))
    error_message = "the output is not what the tables have"
  }
}

run "columns_of_every_type" {
  command = plan

  variables {
    contract = "tests/every-type.yaml"
  }

  assert {
    condition = jsonencode({
      for key, table in aws_glue_catalog_table.this : key => [for column in table.storage_descriptor[0].columns : { name = column.name, type = column.type }]
    }) == jsonencode(jsondecode(file("tests/every-type.columns.json")))
    error_message = "the tables of every-type.yaml are not those of every-type.columns.json"
  }

  assert {
    condition     = strcontains(aws_athena_named_query.this["freshness"].query, "max(\"at\")")
    error_message = "freshness does not look at the contract's event_time"
  }
}

run "dates_are_projected" {
  command = plan

  assert {
    condition = aws_glue_catalog_table.this["events"].parameters == tomap({
      EXTERNAL                              = "TRUE"
      classification                        = "parquet"
      "projection.enabled"                  = "true"
      "projection.event_date.type"          = "date"
      "projection.event_date.format"        = "yyyy-MM-dd"
      "projection.event_date.range"         = "2020-01-01,NOW+2DAYS"
      "projection.event_date.interval"      = "1"
      "projection.event_date.interval.unit" = "DAYS"
      "storage.location.template"           = "s3://lake-bucket/lake/user_actions/event_date=$${event_date}/"
    })
    error_message = "dates of events are projected in another way"
  }

  assert {
    condition = aws_glue_catalog_table.this["dead_letters"].parameters == tomap({
      EXTERNAL                                    = "TRUE"
      classification                              = "parquet"
      "projection.enabled"                        = "true"
      "projection.dead_letter_date.type"          = "date"
      "projection.dead_letter_date.format"        = "yyyy-MM-dd"
      "projection.dead_letter_date.range"         = "2020-01-01,NOW+2DAYS"
      "projection.dead_letter_date.interval"      = "1"
      "projection.dead_letter_date.interval.unit" = "DAYS"
      "storage.location.template"                 = "s3://dead-bucket/dead/user_actions_dead_letters/dead_letter_date=$${dead_letter_date}/"
    })
    error_message = "dates of dead letters are projected in another way"
  }

  assert {
    condition     = [for key in ["events", "dead_letters"] : "${aws_glue_catalog_table.this[key].partition_keys[0].name} ${aws_glue_catalog_table.this[key].partition_keys[0].type}"] == ["event_date string", "dead_letter_date string"]
    error_message = "a table's partition column is its date, a string"
  }

  assert {
    condition = [for key in ["events", "dead_letters"] : aws_glue_catalog_table.this[key].storage_descriptor[0].location] == [
      "s3://lake-bucket/lake/user_actions/", "s3://dead-bucket/dead/user_actions_dead_letters/"
    ]
    error_message = "a table lies under its root and its name"
  }

  assert {
    condition     = aws_glue_catalog_table.this["events"].storage_descriptor[0].ser_de_info[0].serialization_library == "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    error_message = "events are read as Parquet"
  }

  assert {
    condition     = aws_glue_catalog_database.this.name == "sluice_test" && output.events_table == "user_actions" && output.dead_letters_table == "user_actions_dead_letters"
    error_message = "names need no quotes in SQL"
  }
}

run "first_date_may_be_relative_and_the_range_may_end_today" {
  command = plan

  variables {
    lake       = "s3://lake-bucket"
    first_date = "NOW-3YEARS"
    days_ahead = 0
  }

  assert {
    condition     = aws_glue_catalog_table.this["events"].parameters["projection.event_date.range"] == "NOW-3YEARS,NOW"
    error_message = "the range may be relative, and end today"
  }

  assert {
    condition     = aws_glue_catalog_table.this["events"].parameters["storage.location.template"] == "s3://lake-bucket/user_actions/event_date=$${event_date}/"
    error_message = "a lake may be a whole bucket"
  }
}

run "workgroup_limits_what_a_query_reads" {
  command = plan

  variables {
    scan_limit_gib = 10
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].bytes_scanned_cutoff_per_query == 10737418240
    error_message = "the limit is in GiB"
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].enforce_workgroup_configuration
    error_message = "a client could switch the limit off"
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].result_configuration[0].output_location == "s3://sluice-test-athena-results-111122223333/results/" && aws_athena_workgroup.this.configuration[0].result_configuration[0].expected_bucket_owner == "111122223333"
    error_message = "results go to the module's own bucket, in this account"
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_S3"
    error_message = "results are encrypted without a key too"
  }

  assert {
    condition     = output.workgroup_arn == "arn:aws:athena:eu-central-1:111122223333:workgroup/sluice-test"
    error_message = "the reader's role would name another workgroup"
  }

  assert {
    condition = output.glue_arns == [
      "arn:aws:glue:eu-central-1:111122223333:catalog",
      "arn:aws:glue:eu-central-1:111122223333:database/default",
      "arn:aws:glue:eu-central-1:111122223333:database/sluice_test",
      "arn:aws:glue:eu-central-1:111122223333:table/sluice_test/user_actions",
      "arn:aws:glue:eu-central-1:111122223333:table/sluice_test/user_actions_dead_letters",
    ]
    error_message = "the reader's role would name other tables"
  }
}

run "results_are_private_encrypted_and_expire" {
  command = plan

  variables {
    results_bucket = "my-results"
    results_days   = 3
    kms_key_arn    = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }

  assert {
    condition     = aws_s3_bucket.results.bucket == "my-results" && output.results_bucket_arn == "arn:aws:s3:::my-results"
    error_message = "the bucket bears the name that was asked for"
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.results.rule[0].status == "Enabled" && aws_s3_bucket_lifecycle_configuration.results.rule[0].expiration[0].days == 3
    error_message = "results expire"
  }

  assert {
    condition = (
      aws_s3_bucket_public_access_block.results.block_public_acls && aws_s3_bucket_public_access_block.results.block_public_policy &&
      aws_s3_bucket_public_access_block.results.ignore_public_acls && aws_s3_bucket_public_access_block.results.restrict_public_buckets
    )
    error_message = "results are never public"
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.results.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "access lists are off"
  }

  assert {
    condition = alltrue([
      for encryption in [for rule in aws_s3_bucket_server_side_encryption_configuration.results.rule : rule.apply_server_side_encryption_by_default[0]] :
      encryption.sse_algorithm == "aws:kms" && encryption.kms_master_key_id == var.kms_key_arn
    ])
    error_message = "the bucket encrypts with the key"
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_KMS" && aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].kms_key_arn == var.kms_key_arn
    error_message = "the workgroup encrypts with the key"
  }

  assert {
    condition = jsonencode(jsondecode(aws_s3_bucket_policy.results.policy).Statement) == jsonencode([{
      Sid       = "DenyWithoutTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::my-results", "arn:aws:s3:::my-results/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }])
    error_message = "the bucket of results takes requests without TLS"
  }
}

run "queries_name_the_tables" {
  command = plan

  assert {
    condition     = join(" ", keys(aws_athena_named_query.this)) == "dead_letters_by_reason events_per_date freshness"
    error_message = "the named queries are other ones"
  }

  assert {
    condition = alltrue([
      for key, from in { events_per_date = "user_actions", freshness = "user_actions", dead_letters_by_reason = "user_actions_dead_letters" } :
      strcontains(aws_athena_named_query.this[key].query, "FROM \"sluice_test\".\"${from}\"\n")
    ])
    error_message = "a query reads the table of its name"
  }

  # Without it a query would list every date there may be.
  assert {
    condition = alltrue([
      for key, date in { events_per_date = "event_date", freshness = "event_date", dead_letters_by_reason = "dead_letter_date" } :
      strcontains(aws_athena_named_query.this[key].query, "WHERE ${date} >= date_format(current_date - INTERVAL")
    ])
    error_message = "a query asks for few dates"
  }

  assert {
    condition     = alltrue([for query in aws_athena_named_query.this : query.workgroup == "sluice-test" && query.database == "sluice_test"])
    error_message = "queries stand in the workgroup"
  }

  # Athena's list of words that SELECT takes only in quotes.
  assert {
    condition = length(setintersection(
      flatten([for query in aws_athena_named_query.this : regexall("\\bas (\\w+)[,\n]", lower(query.query))]),
      split(" ", "alter and as between by case cast constraint create cross cube current_date current_path current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except execute exists extract false first for from full group grouping having in inner insert intersect into is join last left like listagg natural normalize not null on or order outer prepare recursive right rollup select skip table then true uescape union unnest using values when where with"),
    )) == 0
    error_message = "an alias is a reserved word"
  }
}

run "refuses_a_name" {
  command = plan

  variables {
    name = "Sluice_Test"
  }

  expect_failures = [var.name]
}

run "refuses_a_contract_that_is_not_there" {
  command = plan

  variables {
    contract = "tests/absent.yaml"
  }

  expect_failures = [var.contract]
}

run "refuses_a_contract_without_a_table" {
  command = plan

  variables {
    contract = "tests/no-table.yaml"
  }

  expect_failures = [var.contract]
}

run "refuses_a_contract_without_columns" {
  command = plan

  variables {
    contract = "tests/no-columns.yaml"
  }

  expect_failures = [var.contract]
}

run "refuses_types_that_a_contract_does_not_have" {
  command = plan

  variables {
    contract = "tests/unknown-types.yaml"
  }

  expect_failures = [aws_glue_catalog_database.this]
}

run "refuses_a_lake" {
  command = plan

  variables {
    lake = "s3://lake-bucket/lake/"
  }

  expect_failures = [var.lake]
}

run "refuses_dead_letters" {
  command = plan

  variables {
    dead_letters = "dead-bucket/dead"
  }

  expect_failures = [var.dead_letters]
}

run "refuses_a_first_date_that_is_no_date" {
  command = plan

  variables {
    first_date = "2024-02-30"
  }

  expect_failures = [var.first_date]
}

run "refuses_days_ahead" {
  command = plan

  variables {
    days_ahead = 1.5
  }

  expect_failures = [var.days_ahead]
}

run "refuses_a_scan_limit" {
  command = plan

  variables {
    scan_limit_gib = 0
  }

  expect_failures = [var.scan_limit_gib]
}

run "refuses_a_results_bucket" {
  command = plan

  variables {
    results_bucket = "s3://results"
  }

  expect_failures = [var.results_bucket]
}

run "refuses_results_days" {
  command = plan

  variables {
    results_days = 0
  }

  expect_failures = [var.results_days]
}

run "refuses_the_alias_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:alias/lake"
  }

  expect_failures = [var.kms_key_arn]
}
