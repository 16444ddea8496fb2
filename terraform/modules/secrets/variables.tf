variable "name" {
  description = "Prefix of every name, such as sluice-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,29}$", var.name))
    error_message = "name is 2 to 30 lower-case letters, digits and hyphens, a letter first: such as sluice-production."
  }
}

variable "entries" {
  description = "Entries that are made in Secrets Manager, empty: their values are put in beside Terraform. By a short key such as kafka; name defaults to NAME/KEY."
  type = map(object({
    description = string
    name        = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for key in keys(var.entries) : can(regex("^[a-z][a-z0-9-]*$", key))])
    error_message = "entries: a key is lower-case letters, digits and hyphens, a letter first: such as kafka."
  }

  validation {
    condition     = alltrue([for entry in values(var.entries) : entry.name == null || can(regex("^[A-Za-z0-9/_+=.@-]{1,505}$", entry.name))])
    error_message = "entries: a name is 1 to 505 letters, digits and /_+=.@-; leave it out for NAME/KEY."
  }
}

variable "references" {
  description = "Entries that exist already, by a short key: the ARN of a secret in Secrets Manager or of an SSM parameter, and of the key that encrypts it where that is not AWS's own."
  type = map(object({
    arn         = string
    kms_key_arn = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for key in keys(var.references) : can(regex("^[a-z][a-z0-9-]*$", key))])
    error_message = "references: a key is lower-case letters, digits and hyphens, a letter first: such as kafka."
  }

  validation {
    condition     = alltrue([for key in keys(var.references) : !contains(keys(var.entries), key)])
    error_message = "references: a key stands in entries too; name each secret once."
  }

  validation {
    condition = alltrue([for reference in values(var.references) :
      can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$", reference.arn)) ||
      can(regex("^arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9/_.-]+$", reference.arn))
    ])
    error_message = "references: arn is the whole ARN of a secret (arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-ABC123, with its six last characters) or of a parameter (arn:aws:ssm:REGION:ACCOUNT:parameter/NAME)."
  }

  validation {
    condition = alltrue([for reference in values(var.references) :
      reference.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", reference.kms_key_arn))
    ])
    error_message = "references: kms_key_arn is the ARN of a key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID; leave it out for AWS's own key."
  }
}

variable "recovery_window_days" {
  description = "Days for which a deleted entry can be restored, 7 to 30, or 0: it is deleted at once. Until then its name is taken, and no entry of that name can be made."
  type        = number
  default     = 30

  validation {
    condition     = var.recovery_window_days == 0 || (var.recovery_window_days >= 7 && var.recovery_window_days <= 30 && floor(var.recovery_window_days) == var.recovery_window_days)
    error_message = "recovery_window_days is a whole number from 7 to 30, or 0 to delete at once."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts the entries that are made; null for AWS's own key of Secrets Manager."
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
