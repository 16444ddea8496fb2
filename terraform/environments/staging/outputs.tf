# What each is: modules/stack/README.md.
output "sluice_args" { value = module.stack.sluice_args }
output "sluice_audit_args" { value = module.stack.sluice_audit_args }
output "sluice_follow_args" { value = module.stack.sluice_follow_args }
output "iceberg_properties" { value = module.stack.iceberg_properties }
output "flink_configuration" { value = module.stack.flink_configuration }
output "role_arns" { value = module.stack.role_arns }
output "service_accounts" { value = module.stack.service_accounts }
output "external_secrets" { value = module.stack.external_secrets }
output "kafka_client_properties" { value = module.stack.kafka_client_properties }
output "workgroup" { value = module.stack.workgroup }
output "named_queries" { value = module.stack.named_queries }
output "database" { value = module.stack.database }
