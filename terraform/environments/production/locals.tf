# What differs from staging; all else is staging's own files.
locals {
  name = "sluice-production"

  force_destroy            = false
  lake_transitions         = [{ days = 90, storage_class = "STANDARD_IA" }, { days = 365, storage_class = "GLACIER_IR" }]
  lake_expire_days         = null
  dead_letters_expire_days = 365
  savepoints_expire_days   = 60
  recovery_window_days     = 30
  inventory                = "Weekly"
  scan_limit_gib           = 100
}
