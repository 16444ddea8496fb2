# Applied to a provider that is made up: the key's ARN is known only then. What the values come to is tested in modules/stack.
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
    defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:sluice-production" }
  }
}

variables {
  account_id           = "111122223333"
  region               = "eu-central-1"
  oidc_provider_arn    = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"
  bootstrap_servers    = "b-1.example.com:9096,b-2.example.com:9096"
  topic_retention_days = 7
  alarm_emails         = ["data@example.org"]
  budget_usd           = 100
}

run "values" {
  assert {
    condition     = output.sluice_args == "--SSEAlgorithm=aws:kms --SSEKMSKeyId=arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a --awsRegion=eu-central-1 --bootstrapServers=b-1.example.com:9096,b-2.example.com:9096 --bucketKeyEnabled=true --deadLetters=s3://sluice-production-dead-letters-111122223333/dead-letters --lake=s3://sluice-production-lake-111122223333/lake"
    error_message = "sluice_args are the flags of a run"
  }
  assert {
    condition     = output.sluice_audit_args == "--deadLettersExpireDays=365"
    error_message = "sluice_audit_args are what the buckets' rules delete"
  }
  assert {
    condition     = module.stack.abort_incomplete_uploads_days == 67
    error_message = "savepoints stay for two months"
  }
  assert {
    condition     = !module.stack.force_destroy && module.stack.recovery_window_days == 30
    error_message = "production's data is never destroyed, and its secrets can be restored"
  }
}
