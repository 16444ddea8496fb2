variable "name" {
  description = "Prefix of every name, such as sluice-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,29}$", var.name))
    error_message = "name is 2 to 30 lower-case letters, digits and hyphens, a letter first: such as sluice-production."
  }
}

variable "contract" {
  description = "Path of the contract (YAML, docs/contract.md) that the pipeline runs with; the columns are read from it."
  type        = string

  validation {
    condition     = fileexists(var.contract)
    error_message = "contract: no such file; give the path of the YAML file that --contract names."
  }

  validation {
    condition     = !fileexists(var.contract) || can(regex("^[a-z][a-z0-9_]*$", yamldecode(file(var.contract)).table))
    error_message = "contract is no YAML, or its table is not lower-case letters, digits and _: docs/contract.md has the format, and sluice run says in which line it is wrong."
  }

  validation {
    condition = !fileexists(var.contract) || try(
      length(yamldecode(file(var.contract)).columns) > 0 && alltrue([for column in yamldecode(file(var.contract)).columns : can(regex("^[A-Za-z][A-Za-z0-9_]*$", column.name)) && can(column.type)]), false
    )
    error_message = "contract needs columns, each with a name of letters, digits and _, and a type: docs/contract.md has the format, and sluice run says in which line it is wrong."
  }
}

variable "lake" {
  description = "Root of the lake, as --lake names it: s3://BUCKET or s3://BUCKET/PREFIX."
  type        = string

  validation {
    condition     = can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^/]+)*$", var.lake))
    error_message = "lake is s3://BUCKET or s3://BUCKET/PREFIX without a / at the end, the same as --lake."
  }
}

variable "dead_letters" {
  description = "Root of the dead letters, as --deadLetters names it: s3://BUCKET or s3://BUCKET/PREFIX."
  type        = string

  validation {
    condition     = can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^/]+)*$", var.dead_letters))
    error_message = "dead_letters is s3://BUCKET or s3://BUCKET/PREFIX without a / at the end, the same as --deadLetters."
  }
}

variable "first_date" {
  description = "Earliest date that queries see, of events and of dead letters: YYYY-MM-DD, or relative as NOW-3YEARS. Rows of older dates are in the lake and Athena does not find them."
  type        = string
  default     = "2020-01-01"

  validation {
    condition     = can(formatdate("YYYY-MM-DD", "${var.first_date}T00:00:00Z")) || can(regex("^NOW-[1-9][0-9]*(DAY|WEEK|MONTH|YEAR)S?$", var.first_date))
    error_message = "first_date is a date as 2024-01-31, or relative to today as NOW-3YEARS, NOW-90DAYS."
  }
}

variable "days_ahead" {
  description = "How many days after today (in UTC) queries see. 2 is right for --maxFuture up to 24h in any zone; raise it with --maxFuture."
  type        = number
  default     = 2

  validation {
    condition     = var.days_ahead >= 0 && var.days_ahead <= 366 && floor(var.days_ahead) == var.days_ahead
    error_message = "days_ahead is a whole number of days from 0 to 366."
  }
}

variable "scan_limit_gib" {
  description = "A query that has read this many GiB is cancelled. Athena charges by what is read."
  type        = number
  default     = 100

  validation {
    condition     = var.scan_limit_gib >= 1 && floor(var.scan_limit_gib) == var.scan_limit_gib
    error_message = "scan_limit_gib is a whole number of GiB, 1 or more."
  }
}

variable "results_bucket" {
  description = "Name of the bucket that this module makes for results of queries; null for NAME-athena-results-ACCOUNT."
  type        = string
  default     = null

  validation {
    condition     = var.results_bucket == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.results_bucket))
    error_message = "results_bucket is 3 to 63 lower-case letters, digits and hyphens, unique in all of AWS; or null."
  }
}

variable "results_days" {
  description = "Days after which results of queries are deleted."
  type        = number
  default     = 7

  validation {
    condition     = var.results_days >= 1 && floor(var.results_days) == var.results_days
    error_message = "results_days is a whole number of days, 1 or more."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts results of queries; null for keys of S3 (SSE-S3)."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID, or null."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
