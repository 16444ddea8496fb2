# Both catalogs of Glue's, and a bucket of S3 Tables beside them. Plans without credentials: `terraform init && terraform plan`.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
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

module "glue" {
  source = "../.."

  name       = "sluice-example"
  account_id = "111122223333"
  region     = "eu-central-1"
  glue       = true
  iceberg    = "glue"
  metadata   = { bucket = "sluice-example-lake-111122223333", prefix = "iceberg" }
}

module "s3tables" {
  source = "../.."

  name       = "sluice-example"
  account_id = "111122223333"
  region     = "eu-central-1"
  iceberg    = "s3tables"
}

output "iceberg_properties" {
  description = "For --icebergConfig."
  value       = module.glue.iceberg_properties
}
