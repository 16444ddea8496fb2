# A lake with a key of its own, access logs and inventory. Plans without credentials: `terraform init && terraform plan`.

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

module "lake" {
  source = "../.."

  name       = "sluice-example"
  account_id = "111122223333"
  inventory  = "Weekly"
  lake_transitions = [
    { days = 60, storage_class = "STANDARD_IA" },
    { days = 180, storage_class = "GLACIER_IR" },
  ]
  dead_letters_expire_days = 90
  tags                     = { project = "sluice" }
}

output "sluice_flags" {
  description = "Flags for `sluice run`."
  value       = module.lake.sluice_flags
}
