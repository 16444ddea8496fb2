# What differs from production.
locals {
  name = "sluice-staging"

  # A trial's data may go; production's may not.
  force_destroy            = true
  lake_transitions         = []
  lake_expire_days         = 30
  dead_letters_expire_days = 30
  savepoints_expire_days   = 14
  recovery_window_days     = 0 # days for which the name of a deleted secret is taken
  inventory                = "off"
  scan_limit_gib           = 10
}
