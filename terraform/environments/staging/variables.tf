# What is yours, in terraform.tfvars. modules/stack checks each.
variable "account_id" {
  description = "The AWS account, 12 digits; a plan with credentials of another one fails."
  type        = string
}

variable "region" {
  description = "AWS region of everything."
  type        = string
}

variable "oidc_provider_arn" {
  description = "The EKS cluster's OIDC provider in IAM."
  type        = string
}

variable "bootstrap_servers" {
  description = "Brokers of a Kafka that is there, as host:port,host:port; null with kafka."
  type        = string
  default     = null
}

variable "topic_retention_days" {
  description = "How long Kafka keeps the topic's records, in days: its retention.ms / 86400000."
  type        = number
}

variable "kafka" {
  description = "Where an MSK Serverless cluster is made; default: none, Kafka is there."
  type = object({
    vpc_id             = string
    subnet_ids         = set(string)
    client_cidr_blocks = set(string)
  })
  default = null
}

variable "network" {
  description = "Where endpoints for S3, KMS, STS and Secrets Manager are made; default: nowhere."
  type = object({
    vpc_id             = string
    route_table_ids    = set(string)
    subnet_ids         = set(string)
    client_cidr_blocks = set(string)
  })
  default = null
}

variable "contract" {
  description = "Path of the contract that the job runs with, from this folder."
  type        = string
  default     = "../../../pipeline/src/main/resources/io/sluice/contract/user-actions.yaml"
}

variable "tables" {
  description = "Catalogs of tables that follow: glue for --publish=glue; iceberg, which is glue or s3tables, for --publish=iceberg. Default: none."
  type = object({
    glue    = optional(bool, false)
    iceberg = optional(string)
  })
  default = {}
}

variable "alarm_emails" {
  description = "Addresses that alarms go to; each confirms by a link."
  type        = set(string)
}

variable "alarm_webhooks" {
  description = "HTTPS addresses that SNS posts alarms to, as a pager's. No secret may be in one."
  type        = set(string)
  default     = []
}

variable "budget_usd" {
  description = "US dollars a month above which an alarm is sent, for the whole account."
  type        = number
}

variable "operator_principals" {
  description = "ARNs of IAM roles of the people who make the topic and repair by hand."
  type        = list(string)
  default     = []
}

variable "reader_principals" {
  description = "ARNs of IAM roles of the people who query."
  type        = list(string)
  default     = []
}

variable "permissions_boundary_arn" {
  description = "A policy that bounds every role, where the account demands one; default: none."
  type        = string
  default     = null
}
