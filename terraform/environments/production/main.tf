module "stack" {
  source = "../../modules/stack"

  name = "sluice-production"

  # A full bucket is never destroyed, and the lake never expires.
  force_destroy            = false
  lake_transitions         = [{ days = 90, storage_class = "STANDARD_IA" }, { days = 365, storage_class = "GLACIER_IR" }]
  dead_letters_expire_days = 365
  savepoints_expire_days   = 60
  recovery_window_days     = 30
  inventory                = "Weekly"
  scan_limit_gib           = 100

  # What is yours: variables.tf.
  account_id               = var.account_id
  region                   = var.region
  oidc_provider_arn        = var.oidc_provider_arn
  bootstrap_servers        = var.bootstrap_servers
  topic_retention_days     = var.topic_retention_days
  kafka                    = var.kafka
  network                  = var.network
  contract                 = var.contract
  tables                   = var.tables
  alarm_emails             = var.alarm_emails
  alarm_webhooks           = var.alarm_webhooks
  budget_usd               = var.budget_usd
  operator_principals      = var.operator_principals
  reader_principals        = var.reader_principals
  permissions_boundary_arn = var.permissions_boundary_arn
}
