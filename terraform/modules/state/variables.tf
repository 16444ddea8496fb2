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

variable "region" {
  description = "The bucket's region: the key may be used only through its S3."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region: a region's code, as eu-central-1."
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

variable "bucket" {
  description = "Name of the bucket; default: NAME-state-ACCOUNT."
  type        = string
  default     = null

  validation {
    condition     = var.bucket == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket: 3 to 63 lower-case letters, digits and hyphens, no dots (they break TLS on virtual hosts), or leave it out."
  }
}

variable "create_bucket" {
  description = "Whether the bucket is made here; false where it is there and only the policies are wanted."
  type        = bool
  default     = true

  validation {
    condition     = var.create_bucket || var.bucket != null
    error_message = "create_bucket: false needs bucket, the name of the one that is there."
  }
}

variable "prefix" {
  description = "Key prefix before checkpoints/, savepoints/ and ha/, without slashes at its ends; empty for the bucket's root."
  type        = string
  default     = ""

  validation {
    condition     = var.prefix == "" || can(regex("^[A-Za-z0-9_=-]+(/[A-Za-z0-9_=-]+)*$", var.prefix))
    error_message = "prefix: letters, digits, _, = and - with / between them and none at the ends, as flink or team/flink."
  }
}

variable "kms_key_arn" {
  description = "KMS key of the bucket, as the lake's; default: SSE-S3."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn: the key's ARN, as arn:aws:kms:eu-central-1:111122223333:key/…; not an alias."
  }
}

variable "use_kms" {
  description = "Whether kms_key_arn is used: apart from it, because a key that is yet to be made has no ARN in a plan."
  type        = bool
  default     = false

  validation {
    condition     = !var.use_kms || var.kms_key_arn != null
    error_message = "use_kms: set kms_key_arn with it."
  }
}

variable "abort_incomplete_uploads_days" {
  description = "Days after which S3 removes what a crashed task left of a multipart upload."
  type        = number
  default     = 14

  validation {
    condition     = var.abort_incomplete_uploads_days >= 7 && floor(var.abort_incomplete_uploads_days) == var.abort_incomplete_uploads_days
    error_message = "abort_incomplete_uploads_days: a whole number, 7 or more."
  }
}

variable "savepoints_expire_days" {
  description = "Days after which savepoints are deleted; default: never. Checkpoints never expire by age: incremental ones go on using old files."
  type        = number
  default     = null

  validation {
    condition     = var.savepoints_expire_days == null || (coalesce(var.savepoints_expire_days, 0) >= 1 && floor(coalesce(var.savepoints_expire_days, 0)) == var.savepoints_expire_days)
    error_message = "savepoints_expire_days: a whole number, 1 or more, or leave it out."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete buckets that hold objects: for trials only."
  type        = bool
  default     = false
}
