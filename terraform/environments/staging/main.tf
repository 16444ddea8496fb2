module "stack" {
  source = "../../modules/stack"

  name = "sluice-staging"

  # A trial's data may go; production's may not.
  force_destroy            = true
  lake_expire_days         = 30
  dead_letters_expire_days = 30
  savepoints_expire_days   = 14
  recovery_window_days     = 0
  scan_limit_gib           = 10

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
