# Lake, state and roles, with a KMS key and an MSK cluster that are there. Plans without credentials: `terraform init && terraform plan`.

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

locals {
  name       = "sluice-example"
  account_id = "111122223333"
  region     = "eu-central-1"
  key        = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001"
}

module "lake" {
  source = "../../../lake"

  name        = local.name
  account_id  = local.account_id
  kms_key_arn = local.key
}

module "state" {
  source = "../../../state"

  name        = local.name
  account_id  = local.account_id
  region      = local.region
  use_kms     = true
  kms_key_arn = local.key
}

module "identity" {
  source = "../.."

  name              = local.name
  account_id        = local.account_id
  region            = local.region
  lake              = module.lake.lake
  dead_letters      = module.lake.dead_letters
  kms_key_arns      = [local.key]
  oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"
  writer_policies   = module.state.policies
  reader_principals = ["arn:aws:iam::111122223333:role/analysts"]

  msk = {
    cluster_arn = "arn:aws:kafka:eu-central-1:111122223333:cluster/events/*"
    topics      = ["user-actions"]
    groups      = ["sluice-*"]
  }

  athena = {
    workgroup_arn = "arn:aws:athena:eu-central-1:111122223333:workgroup/sluice-example"
    glue_arns = [
      "arn:aws:glue:eu-central-1:111122223333:catalog",
      "arn:aws:glue:eu-central-1:111122223333:database/default",
      "arn:aws:glue:eu-central-1:111122223333:database/sluice_example",
      "arn:aws:glue:eu-central-1:111122223333:table/sluice_example/*",
    ]
    results_bucket_arn = "arn:aws:s3:::sluice-example-results"
  }

  # All at once, which nobody needs, so that the table of rights has each.
  tables = {
    glue_database    = "sluice_example_live"
    iceberg_database = "sluice_example_iceberg"
    metadata         = { bucket = module.lake.lake.bucket, prefix = "iceberg" }
    table_bucket     = { arn = "arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-example", namespace = "sluice_example" }
  }
}

output "role_arns" {
  description = "ARNs of the roles, for the annotations of the service accounts."
  value       = module.identity.role_arns
}
