# A bucket for Flink's state whose savepoints are kept for 60 days. Plans without credentials: `terraform init && terraform plan`.

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
  region                      = "eu-central-1"
  access_key                  = "plan-only"
  secret_key                  = "plan-only"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

module "state" {
  source = "../.."

  name                   = "sluice-example"
  account_id             = "111122223333"
  region                 = "eu-central-1"
  savepoints_expire_days = 60
}

output "flink_configuration" {
  description = "Settings for the FlinkDeployment."
  value       = module.state.flink_configuration
}
