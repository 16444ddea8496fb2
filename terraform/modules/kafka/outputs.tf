output "bootstrap_servers" {
  description = "Brokers for IAM and TLS, as --bootstrapServers takes them."
  value       = local.serverless ? aws_msk_serverless_cluster.this[0].bootstrap_brokers_sasl_iam : aws_msk_cluster.this[0].bootstrap_brokers_sasl_iam
}

output "cluster_name" {
  description = "Name of the cluster."
  value       = var.name
}

output "cluster_arn" {
  description = "ARN of the cluster, for roles' kafka-cluster statements."
  value       = local.serverless ? aws_msk_serverless_cluster.this[0].arn : aws_msk_cluster.this[0].arn
}

output "cluster_arn_pattern" {
  description = "The same with * for the id that AWS appends; known before the cluster is there."
  value       = local.cluster_arn_pattern
}

output "client_properties" {
  description = "Text of the properties file that --kafkaConfigFile names: IAM and TLS, without a secret."
  value       = local.client_properties
}

output "security_group_id" {
  description = "Id of the brokers' security group."
  value       = aws_security_group.this.id
}
