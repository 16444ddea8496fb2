variable "name" {
  description = "Name that all of these resources begin with, as sluice-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,28}[a-z0-9]$", var.name))
    error_message = "name: 3 to 30 lower-case letters, digits and hyphens, a letter first and no hyphen last, as sluice-production, for it becomes part of bucket names."
  }
}

variable "account_id" {
  description = "The AWS account, 12 digits. ARNs are built from it, so that a plan shows the policies as they will be."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id: 12 digits in quotes, as \"111122223333\"; `aws sts get-caller-identity` prints it."
  }
}

variable "region" {
  description = "AWS region of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region: a region's code, as eu-central-1."
  }
}

variable "oidc_provider_arn" {
  description = "The EKS cluster's OIDC provider in IAM."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/.+", var.oidc_provider_arn))
    error_message = "oidc_provider_arn: as arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/…; `aws iam list-open-id-connect-providers` lists them."
  }
}

variable "bootstrap_servers" {
  description = "Brokers of a Kafka that is there, as host:port,host:port; null with kafka."
  type        = string
  default     = null

  validation {
    condition     = var.bootstrap_servers == null || can(regex("^[A-Za-z0-9.-]+:[0-9]+(,[A-Za-z0-9.-]+:[0-9]+)*$", var.bootstrap_servers))
    error_message = "bootstrap_servers: host:port,host:port without blanks; `aws kafka get-bootstrap-brokers --cluster-arn …` prints MSK's."
  }

  validation {
    condition     = (var.bootstrap_servers == null) != (var.kafka == null)
    error_message = "bootstrap_servers: either this, for a Kafka that is there, or kafka, for one that is made."
  }
}

variable "topic_retention_days" {
  description = "How long Kafka keeps the topic's records, in days: its retention.ms / 86400000. The lake's files must outlive them."
  type        = number

  validation {
    condition     = var.topic_retention_days > 0
    error_message = "topic_retention_days: more than 0; `kafka-configs.sh --describe --all --topic TOPIC` shows retention.ms, and a day has 86400000. For -1, which keeps all: 36500."
  }

  validation {
    condition     = alltrue([for days in [var.lake_expire_days, var.dead_letters_expire_days] : coalesce(days, var.topic_retention_days + 1) > var.topic_retention_days])
    error_message = "topic_retention_days: less than lake_expire_days and dead_letters_expire_days; raise those, or set them to null, or what Kafka still has is written again after it expired."
  }
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
  description = "Path of the contract that the job runs with; its table, topic and columns are read from it."
  type        = string

  validation {
    condition     = fileexists(var.contract)
    error_message = "contract: no such file; give the path of the YAML file that --contract names."
  }
}

variable "tables" {
  description = "Catalogs of tables that follow: glue, a Glue database for --publish=glue; iceberg, which is glue or s3tables, a catalog for --publish=iceberg. Default: none."
  type = object({
    glue    = optional(bool, false)
    iceberg = optional(string)
  })
  default = {}

  validation {
    condition     = var.tables.iceberg == null || contains(["glue", "s3tables"], coalesce(var.tables.iceberg, "glue"))
    error_message = "tables: iceberg is glue or s3tables, or null, as { glue = true, iceberg = \"glue\" }."
  }
}

variable "alarm_emails" {
  description = "Addresses that alarms go to; each confirms by a link."
  type        = set(string)

  validation {
    condition     = length(var.alarm_emails) > 0
    error_message = "alarm_emails: at least one, as [\"data@example.org\"], or nobody hears of an alarm."
  }
}

variable "alarm_webhooks" {
  description = "HTTPS addresses that SNS posts alarms to, as a pager's; each confirms by itself. They stand in the state: no secret may be in one."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for webhook in var.alarm_webhooks : startswith(webhook, "https://") && !startswith(webhook, "https://hooks.slack.com/")])
    error_message = "alarm_webhooks: each as https://host/path. Slack's do not understand SNS: put the channel's e-mail address into alarm_emails."
  }
}

variable "budget_usd" {
  description = "US dollars a month above which an alarm is sent, for the whole account."
  type        = number

  validation {
    condition     = var.budget_usd > 0
    error_message = "budget_usd: more than 0, as 200; what the account may cost in a month."
  }
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

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn: a policy's ARN, as arn:aws:iam::111122223333:policy/boundary."
  }
}

variable "lake_transitions" {
  description = "Cheaper storage classes for the lake's old files: days since a file was written, and the class."
  type = list(object({
    days          = number
    storage_class = string
  }))
  default = []

  validation {
    condition     = alltrue([for t in var.lake_transitions : contains(["STANDARD_IA", "GLACIER_IR"], t.storage_class) && t.days >= (t.storage_class == "STANDARD_IA" ? 30 : 0)])
    error_message = "lake_transitions: STANDARD_IA after 30 days or more, or GLACIER_IR; the archives need a restore before a read, and a start from the lake reads every footer."
  }
}

variable "lake_expire_days" {
  description = "Days after which the lake's files are deleted, more than topic_retention_days; default: never."
  type        = number
  default     = null

  validation {
    condition     = alltrue([for t in var.lake_transitions : t.days < coalesce(var.lake_expire_days, t.days + 1)])
    error_message = "lake_expire_days: more than the days of each of lake_transitions, which would never happen."
  }
}

variable "dead_letters_expire_days" {
  description = "Days after which dead letters are deleted, more than topic_retention_days; default: never."
  type        = number
  default     = null
}

variable "savepoints_expire_days" {
  description = "Days after which Flink's savepoints are deleted. Incomplete uploads stay a week longer, for a savepoint may yet complete them."
  type        = number
  default     = 60

  validation {
    condition     = var.savepoints_expire_days >= 1 && floor(var.savepoints_expire_days) == var.savepoints_expire_days
    error_message = "savepoints_expire_days: a whole number, 1 or more."
  }
}

variable "recovery_window_days" {
  description = "Days for which a deleted secret can be restored, 7 to 30, or 0: it is deleted at once. Until then its name is taken."
  type        = number
  default     = 30

  validation {
    condition     = contains(concat([0], range(7, 31)), var.recovery_window_days)
    error_message = "recovery_window_days: a whole number from 7 to 30, or 0 to delete at once."
  }
}

variable "inventory" {
  description = "Whether S3 lists the lake's and the dead letters' buckets in Parquet: off, Daily or Weekly."
  type        = string
  default     = "off"

  validation {
    condition     = contains(["off", "Daily", "Weekly"], var.inventory)
    error_message = "inventory: off, Daily or Weekly."
  }
}

variable "scan_limit_gib" {
  description = "A query that has read this many GiB is cancelled. Athena charges by what is read."
  type        = number
  default     = 100

  validation {
    condition     = var.scan_limit_gib >= 1 && floor(var.scan_limit_gib) == var.scan_limit_gib
    error_message = "scan_limit_gib: a whole number of GiB, 1 or more."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete buckets that hold objects: for trials only."
  type        = bool
  default     = false
}
