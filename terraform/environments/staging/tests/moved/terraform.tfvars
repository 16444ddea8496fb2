name = "sluice-staging"
