output "role_arns" {
  description = "ARNs of the roles, by name: writer, maintainer, operator, reader, secrets. With IRSA they are the annotation eks.amazonaws.com/role-arn of their service accounts."
  value       = { for role in local.roles : role => "arn:${var.partition}:iam::${var.account_id}:role${var.path}${var.name}-${role}" }
}

output "service_accounts" {
  description = "The service accounts, as namespace/name, that may become each role."
  value       = { for role in local.roles : role => [for account in var.service_accounts[role] : "${var.namespace}/${account}"] }
}

output "permissions_boundary_arn" {
  description = "The policy that bounds every role; null without one."
  value       = var.permissions_boundary_arn
}
