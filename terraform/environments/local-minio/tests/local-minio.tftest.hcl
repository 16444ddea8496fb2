mock_provider "aws" {}

run "buckets" {
  command = plan

  assert {
    condition     = output.sluice_args == "--awsRegion=us-east-1 --bootstrapServers=127.0.0.1:9092 --deadLetters=s3://dead-letters --endpoint=http://127.0.0.1:9000 --lake=s3://lake --s3PathStyle=true"
    error_message = "sluice_args are the flags of a run"
  }
  assert {
    condition     = toset(keys(aws_s3_bucket.this)) == toset(["lake", "dead-letters", "state"])
    error_message = "there are buckets for lake, dead letters and state"
  }
  assert {
    condition     = toset(keys(aws_s3_bucket_versioning.this)) == toset(["lake", "dead-letters"]) && alltrue([for v in values(aws_s3_bucket_versioning.this) : v.versioning_configuration[0].status == "Enabled"])
    error_message = "lake and dead letters keep versions, state does not"
  }
  assert {
    condition     = alltrue([for l in values(aws_s3_bucket_lifecycle_configuration.this) : l.rule[0].noncurrent_version_expiration[0].noncurrent_days == 7 && length(l.rule[0].expiration) == 0])
    error_message = "old versions go after a week, current files never"
  }
  assert {
    condition     = output.flink_configuration["execution.checkpointing.savepoint-dir"] == "s3://state/savepoints"
    error_message = "Flink's state is in the bucket of state"
  }
}

run "endpoint_with_path" {
  command = plan

  variables {
    endpoint = "127.0.0.1:9000/minio"
  }

  expect_failures = [var.endpoint]
}

run "brokers_with_a_blank" {
  command = plan

  variables {
    bootstrap_servers = "a:9092, b:9092"
  }

  expect_failures = [var.bootstrap_servers]
}

run "versions_of_no_day" {
  command = plan

  variables {
    noncurrent_versions_days = 0
  }

  expect_failures = [var.noncurrent_versions_days]
}
