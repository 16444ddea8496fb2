output "entry_names" {
  description = "Names of the entries that were made, by key: aws secretsmanager put-secret-value --secret-id NAME."
  value       = local.entry_names
}

output "entry_arns" {
  description = "ARNs of the entries that were made, by key."
  value       = { for key, secret in aws_secretsmanager_secret.this : key => secret.arn }
}

output "recovery_window_days" {
  description = "Days for which a deleted entry can be restored, and its name is taken."
  value       = var.recovery_window_days
}

output "read_statements" {
  description = "Statements of an IAM policy that let a role read exactly these secrets, for the identity that External Secrets or the CSI driver uses."
  value       = local.read_statements
}

output "read_policy" {
  description = "The same as a policy document in JSON; null where there is no secret."
  value       = local.read_policy
}

output "external_secrets" {
  description = "For an ExternalSecret, by key: service of its SecretStore's aws provider (SecretsManager or ParameterStore), and key of its remoteRef."
  value       = local.external_secrets
}

output "csi_objects" {
  description = "For a SecretProviderClass of the CSI driver's AWS provider: its parameters.objects, in YAML."
  value       = local.csi_objects
}
