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

module "kafka" {
  source = "../.."

  name               = "sluice-example"
  type               = "provisioned"
  vpc_id             = "vpc-0123456789abcdef0"
  subnet_ids         = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"]
  client_cidr_blocks = ["10.0.0.0/16"]
  provisioned        = { brokers = 3, instance_type = "kafka.m7g.large", volume_gib = 500 }

  tags = { Project = "sluice" }
}

output "bootstrap_servers" {
  description = "For --bootstrapServers."
  value       = module.kafka.bootstrap_servers
}
