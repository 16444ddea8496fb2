terraform {
  # The lock file beside the state needs 1.11.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.25.0"
    }
  }

  # bucket and region come with `terraform init -backend-config=…`: README.md of this folder's parent.
  backend "s3" {
    key          = "sluice/staging/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { project = "sluice", environment = "staging" }
  }
}
