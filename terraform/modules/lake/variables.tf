variable "name" {
  description = "Name that all of these resources begin with, as sluice-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name: 3 to 32 lower-case letters, digits and hyphens, as sluice-production, for it becomes part of bucket names."
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

variable "partition" {
  description = "AWS partition: aws, aws-cn or aws-us-gov."
  type        = string
  default     = "aws"

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "partition: aws, aws-cn or aws-us-gov."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

variable "lake_bucket" {
  description = "Name of the bucket for the lake; default: NAME-lake-ACCOUNT."
  type        = string
  default     = null

  validation {
    condition     = var.lake_bucket == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.lake_bucket))
    error_message = "lake_bucket: 3 to 63 lower-case letters, digits and hyphens, no dots (they break TLS on virtual hosts), or leave it out."
  }
}

variable "dead_letters_bucket" {
  description = "Name of the bucket for dead letters; default: NAME-dead-letters-ACCOUNT."
  type        = string
  default     = null

  validation {
    condition     = var.dead_letters_bucket == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.dead_letters_bucket))
    error_message = "dead_letters_bucket: 3 to 63 lower-case letters, digits and hyphens, no dots (they break TLS on virtual hosts), or leave it out."
  }

  validation {
    condition     = var.dead_letters_bucket == null || var.dead_letters_bucket != var.lake_bucket
    error_message = "dead_letters_bucket: another bucket than lake_bucket, for the two have lifecycles and readers of their own."
  }
}

variable "lake_prefix" {
  description = "Key prefix below which the lake's tables lie, without slashes at its ends; empty for the bucket's root."
  type        = string
  default     = "lake"

  validation {
    condition     = var.lake_prefix == "" || can(regex("^[A-Za-z0-9_=-]+(/[A-Za-z0-9_=-]+)*$", var.lake_prefix))
    error_message = "lake_prefix: letters, digits, _, = and - with / between them and none at the ends, as lake or team/lake."
  }
}

variable "dead_letters_prefix" {
  description = "Key prefix below which the dead letters' tables lie, without slashes at its ends; empty for the bucket's root."
  type        = string
  default     = "dead-letters"

  validation {
    condition     = var.dead_letters_prefix == "" || can(regex("^[A-Za-z0-9_=-]+(/[A-Za-z0-9_=-]+)*$", var.dead_letters_prefix))
    error_message = "dead_letters_prefix: letters, digits, _, = and - with / between them and none at the ends, as dead-letters or team/dead-letters."
  }
}

variable "tables" {
  description = "The contracts' tables, which the rules for old dates apply to."
  type        = list(string)
  default     = ["user_actions"]

  validation {
    condition     = length(var.tables) > 0 && alltrue([for table in var.tables : can(regex("^[a-z][a-z0-9_]*$", table))])
    error_message = "tables: at least one, each as `table:` of its contract names it: lower-case letters, digits and underscores."
  }
}

variable "encryption" {
  description = "kms: SSE-KMS with a key of one's own and bucket keys; s3: SSE-S3. Going from kms to s3, `terraform state rm` aws_kms_key.this[0] first where it was made here, or its deletion is scheduled, and older files need it."
  type        = string
  default     = "kms"

  validation {
    condition     = contains(["kms", "s3"], var.encryption)
    error_message = "encryption: kms or s3."
  }
}

variable "kms_key_arn" {
  description = "An existing KMS key for both buckets; default: one is made, and rotated. Before another takes the place of the one that was made, `terraform state rm` aws_kms_key.this[0], or its deletion is scheduled, and older files need it."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn: the key's ARN, as arn:aws:kms:eu-central-1:111122223333:key/…; not an alias, which a bucket policy cannot compare."
  }

  validation {
    condition     = var.kms_key_arn == null || var.encryption == "kms"
    error_message = "kms_key_arn: only with encryption = \"kms\"; drop one of the two."
  }
}

variable "kms_rotation_days" {
  description = "Days after which KMS rotates the key that is made, 90 to 2560."
  type        = number
  default     = 365

  validation {
    condition     = var.kms_rotation_days >= 90 && var.kms_rotation_days <= 2560
    error_message = "kms_rotation_days: 90 to 2560, which is what KMS allows."
  }
}

variable "abort_incomplete_uploads_days" {
  description = "Days after which S3 removes what a crashed task left of a multipart upload: more than the age of the oldest savepoint that anybody may restore."
  type        = number
  default     = 14

  validation {
    condition     = var.abort_incomplete_uploads_days >= 7 && floor(var.abort_incomplete_uploads_days) == var.abort_incomplete_uploads_days
    error_message = "abort_incomplete_uploads_days: a whole number, 7 or more, or a job may lose an upload that it is about to complete."
  }
}

variable "noncurrent_versions_days" {
  description = "Days for which a deleted or replaced version can still be restored."
  type        = number
  default     = 30

  validation {
    condition     = var.noncurrent_versions_days >= 1 && floor(var.noncurrent_versions_days) == var.noncurrent_versions_days
    error_message = "noncurrent_versions_days: a whole number, 1 or more."
  }
}

variable "intelligent_tiering" {
  description = "Whether the tables' files go to INTELLIGENT_TIERING at once, in place of lake_transitions. Its archive tiers stay off: footers must be readable."
  type        = bool
  default     = false

  validation {
    condition     = !var.intelligent_tiering || length(var.lake_transitions) == 0
    error_message = "intelligent_tiering: set lake_transitions = [] with it, for S3 then moves the files by itself."
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
    condition     = alltrue([for t in var.lake_transitions : contains(["STANDARD_IA", "GLACIER_IR"], t.storage_class)])
    error_message = "lake_transitions: STANDARD_IA or GLACIER_IR. The archives need a restore before a read, and a start from the lake reads every footer."
  }

  validation {
    condition     = alltrue([for t in var.lake_transitions : t.storage_class != "STANDARD_IA" || t.days >= 30])
    error_message = "lake_transitions: STANDARD_IA after 30 days or more, which is the earliest that S3 allows."
  }
}

variable "topic_retention_days" {
  description = "How long Kafka keeps records, in days. Files must outlive them, or what Kafka still has would be taken for new and written again."
  type        = number
  default     = 7

  validation {
    condition     = var.topic_retention_days > 0
    error_message = "topic_retention_days: more than 0; `kafka-configs --describe` shows the topic's retention.ms."
  }
}

variable "lake_expire_days" {
  description = "Days after which the lake's files are deleted; default: never."
  type        = number
  default     = null

  validation {
    condition     = var.lake_expire_days == null || coalesce(var.lake_expire_days, 0) > var.topic_retention_days
    error_message = "lake_expire_days: more than topic_retention_days, or events that Kafka still has are written again after they expired."
  }

  validation {
    condition     = var.lake_expire_days == null || alltrue([for t in var.lake_transitions : t.days < coalesce(var.lake_expire_days, 0)])
    error_message = "lake_expire_days: more than the days of each of lake_transitions, which would never happen."
  }
}

variable "dead_letters_expire_days" {
  description = "Days after which dead letters are deleted; default: never."
  type        = number
  default     = null

  validation {
    condition     = var.dead_letters_expire_days == null || coalesce(var.dead_letters_expire_days, 0) > var.topic_retention_days
    error_message = "dead_letters_expire_days: more than topic_retention_days, or dead letters that Kafka still has are written again after they expired."
  }
}

variable "access_logs" {
  description = "Whether S3 writes access logs of both buckets."
  type        = bool
  default     = true
}

variable "inventory" {
  description = "Whether S3 lists both buckets in Parquet: off, Daily or Weekly."
  type        = string
  default     = "off"

  validation {
    condition     = contains(["off", "Daily", "Weekly"], var.inventory)
    error_message = "inventory: off, Daily or Weekly."
  }
}

variable "logs_expire_days" {
  description = "Days after which access logs and inventories are deleted."
  type        = number
  default     = 90

  validation {
    condition     = var.logs_expire_days >= 1 && floor(var.logs_expire_days) == var.logs_expire_days
    error_message = "logs_expire_days: a whole number, 1 or more."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete buckets that hold objects: for trials only."
  type        = bool
  default     = false
}
