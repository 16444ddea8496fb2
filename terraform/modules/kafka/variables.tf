variable "name" {
  description = "Prefix of every name, such as sluice-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,29}$", var.name))
    error_message = "name is 2 to 30 lower-case letters, digits and hyphens, a letter first: such as sluice-production."
  }
}

variable "type" {
  description = "serverless (no brokers to size; 200 MB/s in and 400 MB/s out at most) or provisioned."
  type        = string
  default     = "serverless"

  validation {
    condition     = contains(["serverless", "provisioned"], var.type)
    error_message = "type is serverless or provisioned."
  }
}

variable "vpc_id" {
  description = "The VPC of the subnets."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]{8,17}$", var.vpc_id))
    error_message = "vpc_id is as vpc-0123456789abcdef0."
  }
}

variable "subnet_ids" {
  description = "Subnets of the brokers, two or three, each in an availability zone of its own."
  type        = set(string)

  validation {
    condition     = length(var.subnet_ids) >= 2 && length(var.subnet_ids) <= 3 && alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", id))])
    error_message = "subnet_ids are two or three subnets in different availability zones, as subnet-0123456789abcdef0."
  }
}

variable "client_cidr_blocks" {
  description = "Addresses that may reach the brokers: the nodes' and pods' ranges, and the producers'."
  type        = set(string)

  validation {
    condition     = length(var.client_cidr_blocks) > 0 && alltrue([for block in var.client_cidr_blocks : can(cidrhost(block, 0)) && !can(regex("/0$", block))])
    error_message = "client_cidr_blocks names at least one range as 10.0.0.0/16, and not the whole internet."
  }
}

variable "provisioned" {
  description = "Size of a provisioned cluster; volume_gib is each broker's. Not looked at where type is serverless."
  type = object({
    kafka_version = optional(string, "3.9.x.kraft")
    brokers       = optional(number, 3)
    instance_type = optional(string, "kafka.m7g.large")
    volume_gib    = optional(number, 500)
  })
  default = {}

  validation {
    condition     = var.type == "serverless" || (var.provisioned.brokers >= length(var.subnet_ids) && var.provisioned.brokers % length(var.subnet_ids) == 0)
    error_message = "provisioned.brokers is a multiple of the number of subnets, so that each zone has as many."
  }

  validation {
    condition     = can(regex("^kafka[.][a-z0-9]+[.][a-z0-9]+$", var.provisioned.instance_type))
    error_message = "provisioned.instance_type is a standard broker's, as kafka.m7g.large; express brokers take other settings."
  }

  validation {
    condition     = can(regex("^[34][.][0-9]+[.]([0-9]+|x)([.]kraft)?$", var.provisioned.kafka_version))
    error_message = "provisioned.kafka_version is one of MSK's, as 3.9.x.kraft: aws kafka list-kafka-versions."
  }

  validation {
    condition     = var.provisioned.volume_gib >= 1 && var.provisioned.volume_gib <= 16384 && floor(var.provisioned.volume_gib) == var.provisioned.volume_gib
    error_message = "provisioned.volume_gib is a whole number from 1 to 16384."
  }
}

variable "log_days" {
  description = "Days for which a provisioned cluster's broker logs are kept in CloudWatch."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731], var.log_days)
    error_message = "log_days is one of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts a provisioned cluster's volumes; null for AWS's own."
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
