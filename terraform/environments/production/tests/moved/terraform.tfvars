name      = "sluice-production"
inventory = "Weekly"
