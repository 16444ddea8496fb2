# Applied to a provider that is made up: the key's ARN is known only then.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:sluice-test" }
  }
  mock_resource "aws_msk_serverless_cluster" {
    defaults = { arn = "arn:aws:kafka:eu-central-1:111122223333:cluster/sluice-test/0a1b", bootstrap_brokers_sasl_iam = "boot-1.kafka-serverless.eu-central-1.amazonaws.com:9098" }
  }
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

run "a_kafka_that_is_there" {
  assert {
    condition     = output.sluice_args == "--SSEAlgorithm=aws:kms --SSEKMSKeyId=arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a --awsRegion=eu-central-1 --bootstrapServers=b-1.example.com:9096,b-2.example.com:9096 --bucketKeyEnabled=true --deadLetters=s3://sluice-test-dead-letters-111122223333/dead-letters --lake=s3://sluice-test-lake-111122223333/lake"
    error_message = "sluice_args are the flags of a run"
  }
  assert {
    condition     = output.sluice_audit_args == ""
    error_message = "lake and dead letters stay for ever, where nothing else is said"
  }
  assert {
    condition     = output.sluice_follow_args == "" && output.iceberg_properties == null
    error_message = "nothing follows, where nothing else is said"
  }
  assert {
    condition     = output.role_arns["writer"] == "arn:aws:iam::111122223333:role/sluice-test-writer" && output.service_accounts["writer"] == ["sluice/sluice"]
    error_message = "the writer is the service account of the job"
  }
  assert {
    condition     = output.role_arns["maintainer"] == "arn:aws:iam::111122223333:role/sluice-test-maintainer" && output.service_accounts["maintainer"] == ["sluice/sluice-maintainer"]
    error_message = "the maintainer is the service account of compaction, not the job's"
  }
  assert {
    condition     = output.service_accounts["secrets"] == ["sluice/sluice-secrets"] && output.external_secrets["kafka"].key == "AmazonMSK_sluice-test"
    error_message = "a role reads Kafka's user name and password where MSK looks for them"
  }
  assert {
    condition     = output.flink_configuration["execution.checkpointing.dir"] == "s3://sluice-test-state-111122223333/checkpoints"
    error_message = "Flink's state is in the bucket of state"
  }
  assert {
    condition     = output.abort_incomplete_uploads_days == 67
    error_message = "an incomplete upload outlives the savepoint that may complete it"
  }
  assert {
    condition     = toset([for key in keys(output.alarm_names) : trimsuffix(key, "_4xx") if endswith(key, "_4xx")]) == toset(["lake", "dead_letters", "state"])
    error_message = "lake, dead letters and state have alarms"
  }
  assert {
    condition     = output.recovery_window_days == 30 && !output.force_destroy
    error_message = "what is deleted by mistake can be restored, where nothing else is said"
  }
  assert {
    condition     = module.catalog.events_table == "user_actions" && output.database == "sluice_test" && output.workgroup == "sluice-test"
    error_message = "the catalog has the contract's table"
  }
}

run "a_kafka_that_is_made" {
  variables {
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
    alarm_webhooks           = ["https://pager.example.org/sns"]
    lake_expire_days         = 400
    dead_letters_expire_days = 30
    lake_transitions         = [{ days = 90, storage_class = "STANDARD_IA" }, { days = 365, storage_class = "GLACIER_IR" }]
    savepoints_expire_days   = 14
    recovery_window_days     = 0
    force_destroy            = true
    tables                   = { glue = true, iceberg = "glue" }

    bootstrap_servers = null
    kafka = {
      vpc_id             = "vpc-0123456789abcdef0"
      subnet_ids         = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
      client_cidr_blocks = ["10.0.0.0/16"]
    }
    network = {
      vpc_id             = "vpc-0123456789abcdef0"
      route_table_ids    = ["rtb-0123456789abcdef0"]
      subnet_ids         = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
      client_cidr_blocks = ["10.0.0.0/16"]
    }
  }

  assert {
    condition     = strcontains(output.sluice_args, " --bootstrapServers=boot-1.kafka-serverless.eu-central-1.amazonaws.com:9098 ")
    error_message = "sluice_args name the brokers that were made"
  }
  assert {
    condition     = !contains(keys(output.role_arns), "secrets") && strcontains(output.kafka_client_properties, "AWS_MSK_IAM")
    error_message = "with IAM there is no password, and no role to read one"
  }
  assert {
    condition     = output.sluice_audit_args == "--deadLettersExpireDays=30 --expireDays=400"
    error_message = "sluice_audit_args are what the buckets' rules delete"
  }
  assert {
    condition     = output.abort_incomplete_uploads_days == 21 && output.recovery_window_days == 0 && output.force_destroy
    error_message = "a trial's data goes as soon as is said"
  }
  assert {
    condition     = module.alarms.webhooks == toset(["https://pager.example.org/sns"])
    error_message = "alarms are posted to the webhooks that are given"
  }
  assert {
    condition     = module.identity.permissions_boundary_arn == "arn:aws:iam::111122223333:policy/boundary"
    error_message = "the boundary that is given bounds the roles"
  }
  assert {
    condition     = output.sluice_follow_args == "--glueDatabase=sluice_test_live --publish=glue,iceberg"
    error_message = "sluice_follow_args are the flags by which tables follow"
  }
  assert {
    condition     = strcontains(output.iceberg_properties, "\nwarehouse=s3://sluice-test-lake-111122223333/iceberg\n")
    error_message = "Iceberg's metadata lies in the lake's bucket, beside the lake"
  }
}
