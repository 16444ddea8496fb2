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

run "name_with_capitals" {
  command = plan

  variables {
    name = "Sluice"
  }

  expect_failures = [var.name]
}

run "account_id_too_short" {
  command = plan

  variables {
    account_id = "1111"
  }

  expect_failures = [var.account_id]
}

run "region_as_zone" {
  command = plan

  variables {
    region = "eu-central-1a"
  }

  expect_failures = [var.region]
}

run "partition_unknown" {
  command = plan

  variables {
    partition = "aws-eu"
  }

  expect_failures = [var.partition]
}

run "bucket_with_dot" {
  command = plan

  variables {
    bucket = "flink.state"
  }

  expect_failures = [var.bucket]
}

run "no_bucket_at_all" {
  command = plan

  variables {
    create_bucket = false
  }

  expect_failures = [var.create_bucket]
}

run "prefix_with_slash" {
  command = plan

  variables {
    prefix = "flink/"
  }

  expect_failures = [var.prefix]
}

run "key_as_alias" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:alias/sluice"
  }

  expect_failures = [var.kms_key_arn]
}

run "kms_without_key" {
  command = plan

  variables {
    use_kms = true
  }

  expect_failures = [var.use_kms]
}

run "uploads_aborted_too_soon" {
  command = plan

  variables {
    abort_incomplete_uploads_days = 6
  }

  expect_failures = [var.abort_incomplete_uploads_days]
}

run "savepoints_of_half_a_day" {
  command = plan

  variables {
    savepoints_expire_days = 0.5
  }

  expect_failures = [var.savepoints_expire_days]
}
