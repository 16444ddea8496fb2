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

module "alarms" {
  source = "../.."

  name          = "sluice-example"
  buckets       = { lake = "sluice-example-lake", dead_letters = "sluice-example-dead-letters" }
  silent_bucket = "lake"
  budget        = { monthly_usd = 500, tag_key = "Project", tag_value = "sluice" }
  emails        = ["data@example.org"]

  tags = { Project = "sluice" }
}

output "topic_arn" {
  description = "The topic that alarms go to."
  value       = module.alarms.topic_arn
}
