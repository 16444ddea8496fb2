provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "plan-only"
  secret_key                  = "plan-only"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  name       = "sluice-test"
  account_id = "111122223333"
  region     = "eu-central-1"
}

run "nothing_follows" {
  command = plan

  assert {
    condition     = length(aws_glue_catalog_database.live) + length(aws_glue_catalog_database.iceberg) + length(aws_s3tables_table_bucket.this) + length(aws_s3tables_namespace.this) + length(aws_s3tables_table_bucket_policy.this) == 0
    error_message = "what is not asked for is not made"
  }
  assert {
    condition     = length(output.sluice_flags) == 0 && output.iceberg_properties == null && length(output.databases) == 0 && output.table_bucket_arn == null
    error_message = "a run needs no flag of a catalog that is not there"
  }
  assert {
    condition     = alltrue([for right in values(output.rights) : right == null])
    error_message = "nobody has rights to a catalog that is not there"
  }
}

run "glue" {
  command = plan

  variables {
    glue = true
  }

  assert {
    condition     = aws_glue_catalog_database.live[0].name == "sluice_test_live" && aws_glue_catalog_database.live[0].location_uri == null && length(aws_glue_catalog_database.iceberg) == 0
    error_message = "glue is a database, and no Iceberg catalog"
  }
  assert {
    condition     = output.sluice_flags == tomap({ publish = "glue", glueDatabase = "sluice_test_live" })
    error_message = "a run follows by the database that was made"
  }
  assert {
    condition     = jsonencode(output.rights) == jsonencode({ glue_database = "sluice_test_live", iceberg_database = null, metadata = null, table_bucket = null })
    error_message = "roles have rights to the live tables' database"
  }
}

run "iceberg_in_glue" {
  command = plan

  variables {
    glue     = true
    iceberg  = "glue"
    metadata = { bucket = "the-lake", prefix = "iceberg" }
  }

  assert {
    condition     = aws_glue_catalog_database.iceberg[0].name == "sluice_test_iceberg" && aws_glue_catalog_database.iceberg[0].location_uri == "s3://the-lake/iceberg"
    error_message = "metadata of tables lies where the roles may write it"
  }
  assert {
    condition     = output.sluice_flags["publish"] == "glue,iceberg"
    error_message = "a run follows in both ways"
  }
  assert {
    condition     = output.iceberg_properties == "type=glue\nglue.id=111122223333\nwarehouse=s3://the-lake/iceberg\nclient.region=eu-central-1\nsluice.namespace=sluice_test_iceberg\n"
    error_message = "the properties name the catalog in Glue"
  }
  assert {
    condition     = jsonencode(output.rights) == jsonencode({ glue_database = "sluice_test_live", iceberg_database = "sluice_test_iceberg", metadata = { bucket = "the-lake", prefix = "iceberg" }, table_bucket = null })
    error_message = "roles have rights to the catalog's database and its metadata"
  }
  assert {
    condition     = jsonencode(output.databases) == jsonencode({ glue = "sluice_test_live", iceberg = "sluice_test_iceberg" })
    error_message = "databases are named by what follows there"
  }
}

run "iceberg_in_s3_tables" {
  command = plan

  variables {
    iceberg = "s3tables"
  }

  assert {
    condition     = aws_s3tables_table_bucket.this[0].name == "sluice-test" && !aws_s3tables_table_bucket.this[0].force_destroy && aws_s3tables_namespace.this[0].namespace == "sluice_test"
    error_message = "a bucket of tables with one namespace, which is not destroyed with tables in it"
  }
  assert {
    condition     = aws_s3tables_table_bucket.this[0].encryption_configuration.sse_algorithm == "AES256"
    error_message = "without a key tables are encrypted by S3's"
  }
  assert {
    condition = jsonencode(jsondecode(aws_s3tables_table_bucket_policy.this[0].resource_policy).Statement) == jsonencode([
      {
        Sid       = "DenyWithoutTls", Effect = "Deny", Principal = "*", Action = "s3tables:*"
        Resource  = ["arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test", "arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test/table/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "DenyOtherAccounts", Effect = "Deny", Principal = "*", Action = "s3tables:*"
        Resource  = ["arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test", "arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test/table/*"]
        Condition = { Bool = { "aws:PrincipalIsAWSService" = "false" }, StringNotEquals = { "aws:PrincipalAccount" = "111122223333" } }
      },
    ])
    error_message = "the bucket's policy refuses what has no TLS, and other accounts"
  }
  assert {
    condition     = jsonencode(output.sluice_flags) == jsonencode({ publish = "iceberg" })
    error_message = "a run follows in Iceberg alone"
  }
  assert {
    condition     = output.iceberg_properties == "type=rest\nuri=https://s3tables.eu-central-1.amazonaws.com/iceberg\nwarehouse=arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test\nrest.sigv4-enabled=true\nrest.signing-name=s3tables\nrest.signing-region=eu-central-1\nsluice.namespace=sluice_test\n"
    error_message = "the properties name the endpoint of S3 Tables, the bucket and the namespace"
  }
  assert {
    condition     = jsonencode(output.rights.table_bucket) == jsonencode({ arn = "arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test", namespace = "sluice_test" }) && output.rights.metadata == null
    error_message = "roles have rights to one namespace of one bucket"
  }
}

run "a_bucket_of_a_name_and_a_key" {
  command = plan

  variables {
    iceberg       = "s3tables"
    partition     = "aws-cn"
    region        = "cn-north-1"
    table_bucket  = "events"
    force_destroy = true
    kms_key_arn   = "arn:aws-cn:kms:cn-north-1:111122223333:key/0a1b2c3d"
  }

  assert {
    condition     = aws_s3tables_table_bucket.this[0].name == "events" && aws_s3tables_table_bucket.this[0].force_destroy
    error_message = "the bucket has the name that is given, and goes with its tables where that is said"
  }
  assert {
    condition     = jsonencode(aws_s3tables_table_bucket.this[0].encryption_configuration) == jsonencode({ kms_key_arn = "arn:aws-cn:kms:cn-north-1:111122223333:key/0a1b2c3d", sse_algorithm = "aws:kms" })
    error_message = "the key that is given encrypts the tables"
  }
  assert {
    condition     = strcontains(output.iceberg_properties, "uri=https://s3tables.cn-north-1.amazonaws.com.cn/iceberg\nwarehouse=arn:aws-cn:s3tables:cn-north-1:111122223333:bucket/events\n")
    error_message = "the endpoint is the partition's"
  }
}

run "refuses_a_name" {
  command = plan

  variables {
    name = "Sluice"
  }

  expect_failures = [var.name]
}

run "refuses_an_account" {
  command = plan

  variables {
    account_id = "1111"
  }

  expect_failures = [var.account_id]
}

run "refuses_a_zone" {
  command = plan

  variables {
    region = "eu-central-1a"
  }

  expect_failures = [var.region]
}

run "refuses_a_partition" {
  command = plan

  variables {
    partition = "aws-eu"
  }

  expect_failures = [var.partition]
}

run "refuses_another_catalog" {
  command = plan

  variables {
    iceberg = "hive"
  }

  expect_failures = [var.iceberg]
}

run "refuses_a_catalog_in_glue_without_a_place" {
  command = plan

  variables {
    iceberg = "glue"
  }

  expect_failures = [var.metadata]
}

run "refuses_a_place_for_s3_tables" {
  command = plan

  variables {
    iceberg  = "s3tables"
    metadata = { bucket = "the-lake", prefix = "iceberg" }
  }

  expect_failures = [var.metadata]
}

run "refuses_a_place_with_a_slash" {
  command = plan

  variables {
    iceberg  = "glue"
    metadata = { bucket = "the-lake", prefix = "iceberg/" }
  }

  expect_failures = [var.metadata]
}

run "refuses_a_bucket_with_dots" {
  command = plan

  variables {
    iceberg      = "s3tables"
    table_bucket = "my.tables"
  }

  expect_failures = [var.table_bucket]
}

run "refuses_the_alias_of_a_key" {
  command = plan

  variables {
    iceberg     = "s3tables"
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:alias/lake"
  }

  expect_failures = [var.kms_key_arn]
}
