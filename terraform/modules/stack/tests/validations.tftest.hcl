# No module is planned, so that only the variables of the stack itself can refuse something.
mock_provider "aws" {}

override_module {
  target = module.lake
  outputs = {
    sluice_flags                  = { lake = "s3://lake/lake", deadLetters = "s3://dead/dead-letters" }
    sluice_audit_flags            = {}
    lake                          = { bucket = "lake", prefix = "lake" }
    dead_letters                  = { bucket = "dead", prefix = "dead-letters" }
    kms_key_arn                   = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a"
    abort_incomplete_uploads_days = 67
  }
}

override_module {
  target = module.state
}

override_module {
  target = module.catalog
}

override_module {
  target = module.tables
  outputs = {
    rights             = {}
    sluice_flags       = {}
    iceberg_properties = null
  }
}

override_module {
  target = module.secrets
}

override_module {
  target = module.identity
}

override_module {
  target = module.alarms
}

variables {
  name                 = "sluice-test"
  account_id           = "111122223333"
  region               = "eu-central-1"
  oidc_provider_arn    = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"
  bootstrap_servers    = "b-1.example.com:9096,b-2.example.com:9096"
  topic_retention_days = 7
  alarm_emails         = ["data@example.org"]
  budget_usd           = 100
  contract             = "../../../pipeline/src/main/resources/io/sluice/contract/user-actions.yaml"
}

run "two_kafkas" {
  command = plan

  variables {
    kafka = { vpc_id = "vpc-0123456789abcdef0", subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], client_cidr_blocks = ["10.0.0.0/16"] }
  }

  expect_failures = [var.bootstrap_servers]
}

run "brokers_with_a_blank" {
  command = plan

  variables {
    bootstrap_servers = "b-1.example.com:9096, b-2.example.com:9096"
  }

  expect_failures = [var.bootstrap_servers]
}

run "account_too_short" {
  command = plan

  variables {
    account_id = "1111"
  }

  # The modules refuse it too.
  expect_failures = [var.account_id]
}

run "a_topic_that_keeps_nothing" {
  command = plan

  variables {
    topic_retention_days = -1
  }

  expect_failures = [var.topic_retention_days]
}

run "a_topic_that_outlives_its_files" {
  command = plan

  variables {
    topic_retention_days = 30
    lake_expire_days     = 30
  }

  expect_failures = [var.topic_retention_days]
}

run "a_topic_that_outlives_its_dead_letters" {
  command = plan

  variables {
    topic_retention_days     = 30
    lake_expire_days         = 400
    dead_letters_expire_days = 30
  }

  expect_failures = [var.topic_retention_days]
}

run "a_budget_of_nothing" {
  command = plan

  variables {
    budget_usd = 0
  }

  expect_failures = [var.budget_usd]
}

run "a_boundary_by_name" {
  command = plan

  variables {
    permissions_boundary_arn = "boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "a_webhook_of_slack" {
  command = plan

  variables {
    alarm_webhooks = ["https://hooks.slack.com/services/x"]
  }

  expect_failures = [var.alarm_webhooks]
}

run "nobody_hears" {
  command = plan

  variables {
    alarm_emails = []
  }

  expect_failures = [var.alarm_emails]
}

run "region_as_zone" {
  command = plan

  variables {
    region = "eu-central-1a"
  }

  expect_failures = [var.region]
}

run "cluster_as_provider" {
  command = plan

  variables {
    oidc_provider_arn = "arn:aws:eks:eu-central-1:111122223333:cluster/events"
  }

  expect_failures = [var.oidc_provider_arn]
}

run "contract_that_is_not_there" {
  command = plan

  variables {
    contract = "nowhere.yaml"
  }

  expect_failures = [var.contract]
}

run "a_name_too_long_for_a_bucket" {
  command = plan

  variables {
    name = "sluice-production-of-everything"
  }

  expect_failures = [var.name]
}

run "an_archive" {
  command = plan

  variables {
    lake_transitions = [{ days = 90, storage_class = "GLACIER" }]
  }

  expect_failures = [var.lake_transitions]
}

run "infrequent_access_too_early" {
  command = plan

  variables {
    lake_transitions = [{ days = 7, storage_class = "STANDARD_IA" }]
  }

  expect_failures = [var.lake_transitions]
}

run "a_class_for_files_that_are_gone" {
  command = plan

  variables {
    lake_transitions = [{ days = 365, storage_class = "GLACIER_IR" }]
    lake_expire_days = 365
  }

  expect_failures = [var.lake_expire_days]
}

run "savepoints_of_no_day" {
  command = plan

  variables {
    savepoints_expire_days = 0
  }

  expect_failures = [var.savepoints_expire_days]
}

run "a_window_that_aws_does_not_have" {
  command = plan

  variables {
    recovery_window_days = 3
  }

  expect_failures = [var.recovery_window_days]
}

run "an_inventory_each_month" {
  command = plan

  variables {
    inventory = "Monthly"
  }

  expect_failures = [var.inventory]
}

run "queries_of_nothing" {
  command = plan

  variables {
    scan_limit_gib = 0
  }

  expect_failures = [var.scan_limit_gib]
}

run "a_catalog_that_is_not_made_here" {
  command = plan

  variables {
    tables = { iceberg = "hive" }
  }

  expect_failures = [var.tables]
}
