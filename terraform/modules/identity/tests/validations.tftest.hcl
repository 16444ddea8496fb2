provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "plan-only"
  secret_key                  = "plan-only"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  name              = "sluice-test"
  account_id        = "111122223333"
  region            = "eu-central-1"
  lake              = { bucket = "the-lake", prefix = "lake" }
  dead_letters      = { bucket = "the-dead-letters", prefix = "dead-letters" }
  oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"
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

run "lake_with_star" {
  command = plan

  variables {
    lake = { bucket = "the-lake", prefix = "*" }
  }

  expect_failures = [var.lake]
}

run "dead_letters_with_slash" {
  command = plan

  variables {
    dead_letters = { bucket = "the-dead-letters", prefix = "dead/" }
  }

  expect_failures = [var.dead_letters]
}

run "key_with_star" {
  command = plan

  variables {
    kms_key_arns = ["arn:aws:kms:eu-central-1:111122223333:key/*"]
  }

  expect_failures = [var.kms_key_arns]
}

run "trust_unknown" {
  command = plan

  variables {
    trust = "oidc"
  }

  expect_failures = [var.trust]
}

run "irsa_without_provider" {
  command = plan

  variables {
    oidc_provider_arn = null
  }

  expect_failures = [var.oidc_provider_arn]
}

run "pod_identity_without_cluster" {
  command = plan

  variables {
    trust = "pod_identity"
  }

  expect_failures = [var.cluster_name]
}

run "namespace_with_star" {
  command = plan

  variables {
    namespace = "*"
  }

  expect_failures = [var.namespace]
}

run "service_account_with_star" {
  command = plan

  variables {
    service_accounts = { writer = ["sluice*"] }
  }

  expect_failures = [var.service_accounts]
}

run "nobody_writes" {
  command = plan

  variables {
    service_accounts = { writer = [] }
  }

  expect_failures = [var.service_accounts]
}

run "one_account_in_two_roles" {
  command = plan

  variables {
    service_accounts = { writer = ["sluice"], operator = ["sluice"] }
  }

  expect_failures = [var.service_accounts]
}

run "everybody_operates" {
  command = plan

  variables {
    operator_principals = ["arn:aws:iam::111122223333:role/*"]
  }

  expect_failures = [var.operator_principals]
}

run "an_account_reads" {
  command = plan

  variables {
    reader_principals = ["111122223333"]
  }

  expect_failures = [var.reader_principals]
}

run "boundary_by_name" {
  command = plan

  variables {
    permissions_boundary_arn = "boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "path_without_slash" {
  command = plan

  variables {
    path = "sluice"
  }

  expect_failures = [var.path]
}

run "msk_by_name" {
  command = plan

  variables {
    msk = { cluster_arn = "events", topics = ["user-actions"] }
  }

  expect_failures = [var.msk]
}

run "every_topic" {
  command = plan

  variables {
    msk = { cluster_arn = "arn:aws:kafka:eu-central-1:111122223333:cluster/events/*", topics = ["*"] }
  }

  expect_failures = [var.msk]
}

run "every_workgroup" {
  command = plan

  variables {
    athena = { workgroup_arn = "arn:aws:athena:eu-central-1:111122223333:workgroup/*", glue_arns = [], results_bucket_arn = "arn:aws:s3:::results" }
  }

  expect_failures = [var.athena]
}

run "policy_of_the_writers_own_name" {
  command = plan

  variables {
    writer_policies = { files = "{}" }
  }

  expect_failures = [var.writer_policies]
}

run "secrets_policy_without_statements" {
  command = plan

  variables {
    secrets_policy = "{}"
  }

  expect_failures = [var.secrets_policy]
}

run "secrets_account_without_policy" {
  command = plan

  variables {
    service_accounts = { secrets = ["sluice-secrets"] }
  }

  expect_failures = [var.secrets_policy]
}

run "tables_of_every_database" {
  command = plan

  variables {
    tables = { glue_database = "*" }
  }

  expect_failures = [var.tables]
}

run "metadata_in_the_whole_bucket" {
  command = plan

  variables {
    tables = { metadata = { bucket = "the-metadata", prefix = "" } }
  }

  expect_failures = [var.tables]
}

run "metadata_among_the_lakes_files" {
  command = plan

  variables {
    tables = { metadata = { bucket = "the-lake", prefix = "lake/iceberg" } }
  }

  expect_failures = [var.tables]
}

run "metadata_around_the_dead_letters" {
  command = plan

  variables {
    dead_letters = { bucket = "the-dead-letters", prefix = "sluice/dead-letters" }
    tables       = { metadata = { bucket = "the-dead-letters", prefix = "sluice" } }
  }

  expect_failures = [var.tables]
}

run "every_table_bucket" {
  command = plan

  variables {
    tables = { table_bucket = { arn = "arn:aws:s3tables:eu-central-1:111122223333:bucket/*", namespace = "sluice_test" } }
  }

  expect_failures = [var.tables]
}
