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
}

run "name_with_capitals" {
  command = plan

  variables {
    name = "Sluice"
  }

  expect_failures = [var.name]
}

run "account_id_without_leading_zero" {
  command = plan

  variables {
    account_id = "11122223333"
  }

  expect_failures = [var.account_id]
}

run "partition_unknown" {
  command = plan

  variables {
    partition = "aws-eu"
  }

  expect_failures = [var.partition]
}

run "lake_bucket_with_dot" {
  command = plan

  variables {
    lake_bucket = "my.lake"
  }

  expect_failures = [var.lake_bucket]
}

run "dead_letters_bucket_with_underscore" {
  command = plan

  variables {
    dead_letters_bucket = "dead_letters"
  }

  expect_failures = [var.dead_letters_bucket]
}

run "dead_letters_in_the_lakes_bucket" {
  command = plan

  variables {
    lake_bucket         = "one"
    dead_letters_bucket = "one"
  }

  expect_failures = [var.dead_letters_bucket]
}

run "lake_prefix_with_slash" {
  command = plan

  variables {
    lake_prefix = "lake/"
  }

  expect_failures = [var.lake_prefix]
}

run "dead_letters_prefix_with_slash" {
  command = plan

  variables {
    dead_letters_prefix = "/dead"
  }

  expect_failures = [var.dead_letters_prefix]
}

run "no_table" {
  command = plan

  variables {
    tables = []
  }

  expect_failures = [var.tables]
}

run "encryption_unknown" {
  command = plan

  variables {
    encryption = "aws:kms"
  }

  expect_failures = [var.encryption]
}

run "key_as_alias" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:alias/sluice"
  }

  expect_failures = [var.kms_key_arn]
}

run "key_without_kms" {
  command = plan

  variables {
    encryption  = "s3"
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d"
  }

  expect_failures = [var.kms_key_arn]
}

run "rotation_too_often" {
  command = plan

  variables {
    kms_rotation_days = 30
  }

  expect_failures = [var.kms_rotation_days]
}

run "uploads_aborted_too_soon" {
  command = plan

  variables {
    abort_incomplete_uploads_days = 6
  }

  expect_failures = [var.abort_incomplete_uploads_days]
}

run "versions_of_no_day" {
  command = plan

  variables {
    noncurrent_versions_days = 0
  }

  expect_failures = [var.noncurrent_versions_days]
}

run "tiering_and_transitions" {
  command = plan

  variables {
    intelligent_tiering = true
    lake_transitions    = [{ days = 60, storage_class = "STANDARD_IA" }]
  }

  expect_failures = [var.intelligent_tiering]
}

run "transition_to_an_archive" {
  command = plan

  variables {
    lake_transitions = [{ days = 90, storage_class = "GLACIER" }]
  }

  expect_failures = [var.lake_transitions]
}

run "infrequent_access_too_soon" {
  command = plan

  variables {
    lake_transitions = [{ days = 29, storage_class = "STANDARD_IA" }]
  }

  expect_failures = [var.lake_transitions]
}

run "retention_of_no_day" {
  command = plan

  variables {
    topic_retention_days = 0
  }

  expect_failures = [var.topic_retention_days]
}

run "lake_expires_before_the_topic" {
  command = plan

  variables {
    topic_retention_days = 30
    lake_expire_days     = 30
  }

  expect_failures = [var.lake_expire_days]
}

run "lake_expires_before_it_moves" {
  command = plan

  variables {
    lake_expire_days = 60
    lake_transitions = [{ days = 60, storage_class = "GLACIER_IR" }]
  }

  expect_failures = [var.lake_expire_days]
}

run "dead_letters_expire_before_the_topic" {
  command = plan

  variables {
    dead_letters_expire_days = 7
  }

  expect_failures = [var.dead_letters_expire_days]
}

run "inventory_every_month" {
  command = plan

  variables {
    inventory = "Monthly"
  }

  expect_failures = [var.inventory]
}

run "logs_of_no_day" {
  command = plan

  variables {
    logs_expire_days = 0
  }

  expect_failures = [var.logs_expire_days]
}
