output "sluice_args" {
  description = "What `sluice run` and `sluice audit` need to know of these resources. Beside it --kafkaConfigFile, and --contract where it is not the default: the manifests give both themselves, and a flag that is given twice is refused."
  value = join(" ", [for flag, value in merge(module.lake.sluice_flags, {
    bootstrapServers = var.kafka == null ? var.bootstrap_servers : module.kafka[0].bootstrap_servers
    awsRegion        = var.region
  }) : "--${flag}=${value}"])
}

output "sluice_audit_args" {
  description = "Beside sluice_args, for `sluice audit` and `sluice report` alone: at which ages the buckets delete objects."
  value       = join(" ", [for flag, value in module.lake.sluice_audit_flags : "--${flag}=${value}"])
}

output "sluice_follow_args" {
  description = "Beside sluice_args, for what follows: `sluice run`, `follow`, `compact` and `rebuild`; empty without tables. With iceberg in it, --icebergConfig=FILE is needed, too. The component iceberg of the manifests gives --publish=iceberg itself."
  value       = join(" ", [for flag, value in module.tables.sluice_flags : "--${flag}=${value}"])
}

output "iceberg_properties" {
  description = "The properties file for --icebergConfig, without a secret; null without a catalog of Iceberg's."
  value       = module.tables.iceberg_properties
}

output "flink_configuration" {
  description = "Where Flink's state lies, for the FlinkDeployment's flinkConfiguration."
  value       = module.state.flink_configuration
}

output "role_arns" {
  description = "Roles, for the annotation eks.amazonaws.com/role-arn of their service accounts."
  value       = module.identity.role_arns
}

output "service_accounts" {
  description = "Service accounts that may become each role, as namespace/name."
  value       = module.identity.service_accounts
}

output "external_secrets" {
  description = "Where an ExternalSecret finds Kafka's user name and password."
  value       = module.secrets.external_secrets
}

output "kafka_client_properties" {
  description = "The properties file for --kafkaConfigFile where the cluster is made here; null otherwise."
  value       = var.kafka == null ? null : module.kafka[0].client_properties
}

output "workgroup" {
  description = "The Athena workgroup to query in."
  value       = module.catalog.workgroup
}

output "named_queries" {
  description = "Ids of the first queries, by name: `aws athena get-named-query --named-query-id ID`."
  value       = module.catalog.named_queries
}

output "database" {
  description = "The Glue database of the tables."
  value       = module.catalog.database
}

output "alarm_names" {
  description = "Names of the alarms, by what they watch: `aws cloudwatch set-alarm-state --alarm-name NAME …` tries one."
  value       = module.alarms.alarm_names
}

output "abort_incomplete_uploads_days" {
  description = "Days for which an incomplete upload stays: the job may be started from savepoints of this age, and of no greater one."
  value       = module.lake.abort_incomplete_uploads_days
}

output "recovery_window_days" {
  description = "Days for which a deleted secret can be restored, and its name is taken."
  value       = module.secrets.recovery_window_days
}

output "force_destroy" {
  description = "Whether `terraform destroy` deletes buckets that hold objects."
  value       = var.force_destroy
}
