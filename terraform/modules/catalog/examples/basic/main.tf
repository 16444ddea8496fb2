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

module "catalog" {
  source = "../.."

  name         = "sluice-example"
  contract     = "${path.module}/../../../../../pipeline/src/main/resources/io/sluice/contract/user-actions.yaml"
  lake         = "s3://sluice-example-lake/lake"
  dead_letters = "s3://sluice-example-dead-letters/dead"
  first_date   = "NOW-3YEARS"

  tags = { Project = "sluice" }
}

output "workgroup" {
  description = "The workgroup to query in."
  value       = module.catalog.workgroup
}
