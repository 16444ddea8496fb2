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

module "network" {
  source = "../.."

  name               = "sluice-example"
  vpc_id             = "vpc-0123456789abcdef0"
  route_table_ids    = ["rtb-0123456789abcdef0"]
  subnet_ids         = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  client_cidr_blocks = ["10.0.0.0/16"]
  buckets            = ["sluice-example-lake", "sluice-example-dead-letters", "sluice-example-state"]

  # Packages of Amazon Linux 2023, which nodes install from S3.
  readable_buckets = ["al2023-repos-eu-central-1-de612dc2"]

  tags = { Project = "sluice" }
}

output "s3_endpoint_id" {
  description = "For a bucket policy's aws:SourceVpce."
  value       = module.network.s3_endpoint_id
}
