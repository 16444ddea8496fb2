output "database" {
  description = "Name of the Glue database."
  value       = aws_glue_catalog_database.this.name
}

output "events_table" {
  description = "Name of the table of events."
  value       = aws_glue_catalog_table.this["events"].name
}

output "dead_letters_table" {
  description = "Name of the table of dead letters."
  value       = aws_glue_catalog_table.this["dead_letters"].name
}

output "columns" {
  description = "Columns of the two tables as Glue has them, in the order of the files: by events and dead_letters, a list of name and type."
  value       = { for key, table in local.tables : key => table.columns }
}

output "workgroup" {
  description = "Name of the Athena workgroup: aws athena start-query-execution --work-group NAME."
  value       = aws_athena_workgroup.this.name
}

output "workgroup_arn" {
  description = "ARN of the Athena workgroup, for the reader's role."
  value       = local.workgroup_arn
}

output "glue_arns" {
  description = "ARNs of the catalog, the database and its tables, and of the database default, which Athena asks for: for the reader's role."
  value       = local.glue_arns
}

output "results_bucket" {
  description = "Name of the bucket of results."
  value       = local.results_bucket
}

output "results_bucket_arn" {
  description = "ARN of the bucket of results, for the reader's role."
  value       = local.results_bucket_arn
}

output "results_location" {
  description = "Where results are written: s3://BUCKET/PREFIX/."
  value       = local.results_location
}

output "named_queries" {
  description = "Ids of the named queries, by name: aws athena get-named-query --named-query-id ID."
  value       = { for key, query in aws_athena_named_query.this : key => query.id }
}
