# A state of the time when the modules stood in the environment itself: the stack, applied as a root module, has its addresses. What a plan does
# with it is read by terraform/check.sh: nothing is made or destroyed.
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
    defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:sluice" }
  }
  mock_resource "aws_msk_serverless_cluster" {
    defaults = { arn = "arn:aws:kafka:eu-central-1:111122223333:cluster/sluice/0a1b", bootstrap_brokers_sasl_iam = "boot-1.kafka-serverless.eu-central-1.amazonaws.com:9098" }
  }
}

variables {
  account_id           = "111122223333"
  region               = "eu-central-1"
  oidc_provider_arn    = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"
  topic_retention_days = 7
  alarm_emails         = ["data@example.org"]
  alarm_webhooks       = ["https://pager.example.org/sns"]
  budget_usd           = 100
  contract             = "../../../pipeline/src/main/resources/io/sluice/contract/user-actions.yaml"

  # So that every module is there.
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

run "applied_before_there_was_a_stack" {
  state_key = "applied"

  module {
    source = "../../modules/stack"
  }
}

run "planned_since" {
  state_key = "applied"
  command   = plan
}
