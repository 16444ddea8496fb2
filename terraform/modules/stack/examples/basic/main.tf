# All that Sluice needs on AWS, for a Kafka that is there. A plan needs credentials of an account: `terraform init && terraform plan`.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

module "stack" {
  source = "../.."

  name                 = "sluice-example"
  account_id           = "111122223333"
  region               = "eu-central-1"
  oidc_provider_arn    = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"
  bootstrap_servers    = "b-1.example.com:9096,b-2.example.com:9096"
  topic_retention_days = 7
  contract             = "${path.module}/../../../../../pipeline/src/main/resources/io/sluice/contract/user-actions.yaml"
  alarm_emails         = ["data@example.org"]
  budget_usd           = 200
}

output "sluice_args" {
  description = "Flags for `sluice run`."
  value       = module.stack.sluice_args
}
