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

module "secrets" {
  source = "../.."

  name = "sluice-example"

  entries = {
    kafka = { description = "Kafka's client properties, with user and password." }
  }

  tags = { Project = "sluice" }
}

resource "aws_iam_policy" "read_secrets" {
  name   = "sluice-example-read-secrets"
  policy = module.secrets.read_policy
}

output "put_the_value" {
  description = "What to run next: the value passes by Terraform."
  value       = "aws secretsmanager put-secret-value --secret-id ${module.secrets.entry_names["kafka"]} --secret-string file://client.properties"
}
