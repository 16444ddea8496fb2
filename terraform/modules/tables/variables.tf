variable "name" {
  description = "Prefix of every name, such as sluice-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,52}[a-z0-9]$", var.name))
    error_message = "name: 3 to 54 lower-case letters, digits and hyphens, a letter first and no hyphen last, as sluice-production."
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
  description = "Region of the catalog."
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

variable "glue" {
  description = "Whether there is a database for --publish=glue: tables whose partitions lead to lists of live files."
  type        = bool
  default     = false
}

variable "iceberg" {
  description = "Which catalog --publish=iceberg has: glue, a database of Glue's, or s3tables, a bucket of S3 Tables; default: none here."
  type        = string
  default     = null

  validation {
    condition     = var.iceberg == null || contains(["glue", "s3tables"], coalesce(var.iceberg, "glue"))
    error_message = "iceberg: glue or s3tables, or null; for a catalog elsewhere write --icebergConfig by hand."
  }
}

variable "metadata" {
  description = "For iceberg = \"glue\": where Iceberg's metadata lies, a bucket and a prefix that is none of the lake's or the dead letters'. The files of rows stay where the lake has them."
  type        = object({ bucket = string, prefix = string })
  default     = null

  validation {
    condition     = (var.metadata != null) == (var.iceberg == "glue")
    error_message = "metadata: with iceberg = \"glue\" and only then, as { bucket = \"sluice-production-lake-111122223333\", prefix = \"iceberg\" }; S3 Tables keep theirs themselves."
  }

  validation {
    condition     = alltrue([for place in var.metadata[*] : can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", place.bucket)) && can(regex("^[^/*][^*]*[^/*]$", place.prefix))])
    error_message = "metadata: a bucket's name, and a prefix without * and without / at its ends, as { bucket = \"sluice-production-lake-111122223333\", prefix = \"iceberg\" }."
  }
}

variable "table_bucket" {
  description = "Name of the bucket of S3 Tables that iceberg = \"s3tables\" makes; default: name."
  type        = string
  default     = null

  validation {
    condition     = var.table_bucket == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.table_bucket))
    error_message = "table_bucket: 3 to 63 lower-case letters, digits and hyphens, without a hyphen at its ends."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts the bucket of S3 Tables; default: keys of S3 (SSE-S3)."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn: a key's ARN, as arn:aws:kms:eu-central-1:111122223333:key/…; not an alias."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` deletes a bucket of S3 Tables that has tables; what they name in the lake stays."
  type        = bool
  default     = false
}
