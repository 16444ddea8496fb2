variable "account_id" {
  description = "The AWS account, 12 digits; a plan with credentials of another one fails."
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
    condition     = alltrue([for days in [local.lake_expire_days, local.dead_letters_expire_days] : coalesce(days, var.topic_retention_days + 1) > var.topic_retention_days])
    error_message = "topic_retention_days: less than lake_expire_days and dead_letters_expire_days in main.tf; raise those, or set them to null, or what Kafka still has is written again after it expired."
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
  description = "Path of the contract that the job runs with."
  type        = string
  default     = "../../../pipeline/src/main/resources/io/sluice/contract/user-actions.yaml"

  validation {
    condition     = fileexists(var.contract)
    error_message = "contract: no such file; give the path of the YAML file that --contract names."
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
