locals {
  table = yamldecode(file(var.contract)).table
  topic = yamldecode(file(var.contract)).topic
}

module "lake" {
  source = "../lake"

  name                          = var.name
  account_id                    = var.account_id
  tables                        = [local.table]
  lake_transitions              = var.lake_transitions
  lake_expire_days              = var.lake_expire_days
  dead_letters_expire_days      = var.dead_letters_expire_days
  topic_retention_days          = var.topic_retention_days
  abort_incomplete_uploads_days = var.savepoints_expire_days + 7 # a savepoint may yet complete its uploads
  inventory                     = var.inventory
  force_destroy                 = var.force_destroy
}

module "state" {
  source = "../state"

  name                   = var.name
  account_id             = var.account_id
  region                 = var.region
  use_kms                = true
  kms_key_arn            = module.lake.kms_key_arn
  savepoints_expire_days = var.savepoints_expire_days
  force_destroy          = var.force_destroy
}

module "catalog" {
  source = "../catalog"

  name           = var.name
  contract       = var.contract
  lake           = module.lake.sluice_flags["lake"]
  dead_letters   = module.lake.sluice_flags["deadLetters"]
  scan_limit_gib = var.scan_limit_gib
  kms_key_arn    = module.lake.kms_key_arn
}

module "tables" {
  source = "../tables"

  name          = var.name
  account_id    = var.account_id
  region        = var.region
  glue          = var.tables.glue
  iceberg       = var.tables.iceberg
  metadata      = var.tables.iceberg == "glue" ? { bucket = module.lake.lake.bucket, prefix = "iceberg" } : null
  kms_key_arn   = module.lake.kms_key_arn
  force_destroy = var.force_destroy
}

module "secrets" {
  source = "../secrets"

  name = var.name
  # MSK takes user names and passwords only from secrets with this prefix, and under a key of one's own.
  entries     = var.kafka == null ? { kafka = { description = "user name and password for Kafka", name = "AmazonMSK_${var.name}" } } : {}
  kms_key_arn = module.lake.kms_key_arn

  recovery_window_days = var.recovery_window_days
}

module "kafka" {
  source = "../kafka"
  count  = var.kafka == null ? 0 : 1

  name               = var.name
  type               = "serverless"
  vpc_id             = var.kafka.vpc_id
  subnet_ids         = var.kafka.subnet_ids
  client_cidr_blocks = var.kafka.client_cidr_blocks
}

module "identity" {
  source = "../identity"

  name                     = var.name
  account_id               = var.account_id
  region                   = var.region
  lake                     = module.lake.lake
  dead_letters             = module.lake.dead_letters
  kms_key_arns             = [module.lake.kms_key_arn]
  oidc_provider_arn        = var.oidc_provider_arn
  service_accounts         = { secrets = var.kafka == null ? ["sluice-secrets"] : [] }
  writer_policies          = module.state.policies
  secrets_policy           = module.secrets.read_policy
  operator_principals      = var.operator_principals
  reader_principals        = var.reader_principals
  permissions_boundary_arn = var.permissions_boundary_arn
  tables                   = module.tables.rights
  msk                      = var.kafka == null ? null : { cluster_arn = module.kafka[0].cluster_arn_pattern, topics = [local.topic] }

  athena = {
    workgroup_arn      = module.catalog.workgroup_arn
    glue_arns          = module.catalog.glue_arns
    results_bucket_arn = module.catalog.results_bucket_arn
  }
}

module "network" {
  source = "../network"
  count  = var.network == null ? 0 : 1

  name               = var.name
  vpc_id             = var.network.vpc_id
  route_table_ids    = var.network.route_table_ids
  subnet_ids         = var.network.subnet_ids
  client_cidr_blocks = var.network.client_cidr_blocks
  buckets            = [module.lake.lake.bucket, module.lake.dead_letters.bucket, module.state.bucket, module.catalog.results_bucket]
}

module "alarms" {
  source = "../alarms"

  name    = var.name
  buckets = { lake = module.lake.lake.bucket, dead_letters = module.lake.dead_letters.bucket, state = module.state.bucket }
  # Flink's file system looks for each file before it writes it.
  client_error_percents = { state = 90 }
  silent_bucket         = "lake"
  emails                = var.alarm_emails
  webhooks              = var.alarm_webhooks
  budget                = { monthly_usd = var.budget_usd }
}
