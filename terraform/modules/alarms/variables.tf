variable "name" {
  description = "Prefix of every name, such as sluice-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,29}$", var.name))
    error_message = "name is 2 to 30 lower-case letters, digits and hyphens, a letter first: such as sluice-production."
  }
}

variable "buckets" {
  description = "Names of the buckets to watch, by what they are: {lake = \"...\", dead_letters = \"...\"}."
  type        = map(string)

  validation {
    condition     = length(var.buckets) > 0 && alltrue([for key in keys(var.buckets) : can(regex("^[a-z][a-z0-9_]*$", key))])
    error_message = "buckets names at least one bucket, each under a key of lower-case letters, digits and _: {lake = \"my-bucket\"}."
  }

  validation {
    condition     = alltrue([for bucket in values(var.buckets) : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket))])
    error_message = "buckets: a value is the name of a bucket, without s3:// and without a prefix."
  }
}

variable "client_error_percent" {
  description = "Alarm above this share of requests answered 4xx over 15 minutes. Not 0: a lost race of two appends is a 412, a look for an absent object is a 404."
  type        = number
  default     = 10

  validation {
    condition     = var.client_error_percent > 0 && var.client_error_percent < 100
    error_message = "client_error_percent is more than 0 and less than 100."
  }
}

variable "client_error_percents" {
  description = "Other shares than client_error_percent, by keys of buckets. Flink looks for files before it writes them, and each that is not there is a 404: { state = 90 } still tells where access is denied."
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.client_error_percents) : contains(keys(var.buckets), key)])
    error_message = "client_error_percents: each key is one of buckets."
  }

  validation {
    condition     = alltrue([for percent in values(var.client_error_percents) : percent > 0 && percent < 100])
    error_message = "client_error_percents: each is more than 0 and less than 100."
  }
}

variable "server_error_percent" {
  description = "Alarm above this share of requests answered 5xx over 15 minutes; 503 Slow Down and throttled keys are among them."
  type        = number
  default     = 1

  validation {
    condition     = var.server_error_percent > 0 && var.server_error_percent < 100
    error_message = "server_error_percent is more than 0 and less than 100."
  }
}

variable "silent_bucket" {
  description = "Key in buckets of the one that is written to all the time, mostly lake; the alarm says that nothing was. Null for no such alarm."
  type        = string
  default     = null

  validation {
    condition     = var.silent_bucket == null || contains(keys(var.buckets), coalesce(var.silent_bucket, "-"))
    error_message = "silent_bucket is one of the keys of buckets, or null."
  }
}

variable "silent_minutes" {
  description = "After so many minutes without a write to silent_bucket; longer than --windowSize and --fileInterval."
  type        = number
  default     = 60

  validation {
    condition     = var.silent_minutes >= 5 && var.silent_minutes <= 1440 && var.silent_minutes % 5 == 0
    error_message = "silent_minutes is a multiple of 5 from 5 to 1440."
  }
}

variable "kms_requests_per_second" {
  description = "The account's quota of symmetric cryptographic requests to KMS in this region (aws service-quotas list-service-quotas --service-code kms); the alarm is at 80 % of it. Null for no such alarm."
  type        = number
  default     = null

  validation {
    condition     = var.kms_requests_per_second == null || coalesce(var.kms_requests_per_second, 1) >= 1
    error_message = "kms_requests_per_second is 1 or more, such as 10000; or null."
  }
}

variable "budget" {
  description = "Monthly budget in US dollars. With a cost allocation tag only what bears the tag counts; without, the whole account. Null for no budget."
  type = object({
    monthly_usd = number
    tag_key     = optional(string)
    tag_value   = optional(string)
  })
  default = null

  validation {
    condition     = var.budget == null || try(var.budget.monthly_usd > 0, false)
    error_message = "budget.monthly_usd is more than 0."
  }

  validation {
    condition     = var.budget == null || try((var.budget.tag_key == null) == (var.budget.tag_value == null), false)
    error_message = "budget: give tag_key and tag_value together, or neither."
  }
}

variable "emails" {
  description = "Addresses that alarms go to; a Slack channel's e-mail address is one too. Each confirms by a link."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for email in var.emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$", email))])
    error_message = "emails: each is an address as data@example.org."
  }
}

variable "webhooks" {
  description = "HTTPS addresses that SNS posts to; the receiver confirms. They stand in the state: one with a secret in it does not belong here."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for webhook in var.webhooks : can(regex("^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[^[:space:]]*)?$", webhook))])
    error_message = "webhooks: each is an address as https://host/path; plain http would show alarms to the network."
  }

  validation {
    condition     = alltrue([for webhook in var.webhooks : !startswith(webhook, "https://hooks.slack.com/")])
    error_message = "webhooks: Slack's incoming webhooks do not understand SNS, and their address is a secret; use chatbot_role or the channel's e-mail address."
  }
}

variable "chatbot_role" {
  description = "Whether to make the role with which Chatbot (Amazon Q Developer in chat applications) shows alarms in Slack; the README says the rest."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "Key that encrypts the topic, whose policy lets CloudWatch and Budgets use it, and which is there already; null for a key of this module's own."
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
