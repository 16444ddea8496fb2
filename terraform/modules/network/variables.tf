variable "name" {
  description = "Prefix of every name, such as sluice-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,29}$", var.name))
    error_message = "name is 2 to 30 lower-case letters, digits and hyphens, a letter first: such as sluice-production."
  }
}

variable "vpc_id" {
  description = "The VPC in which the cluster runs."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]{8,17}$", var.vpc_id))
    error_message = "vpc_id is as vpc-0123456789abcdef0."
  }
}

variable "route_table_ids" {
  description = "Route tables of the nodes' subnets; S3's addresses are routed to the gateway endpoint there."
  type        = set(string)

  validation {
    condition     = length(var.route_table_ids) > 0 && alltrue([for id in var.route_table_ids : can(regex("^rtb-[0-9a-f]{8,17}$", id))])
    error_message = "route_table_ids names at least one route table, as rtb-0123456789abcdef0."
  }
}

variable "subnet_ids" {
  description = "Subnets of the interface endpoints, one for each availability zone of the nodes."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", id))])
    error_message = "subnet_ids: each is as subnet-0123456789abcdef0."
  }

  validation {
    condition     = length(var.interface_services) == 0 || length(var.subnet_ids) > 0
    error_message = "subnet_ids: interface endpoints need a subnet each availability zone; name them, or set interface_services = []."
  }
}

variable "interface_services" {
  description = "Services that are reached through interface endpoints: some of kms, sts, secretsmanager. Each costs by the hour and the zone."
  type        = set(string)
  default     = ["kms", "secretsmanager", "sts"]

  validation {
    condition     = alltrue([for service in var.interface_services : contains(["kms", "secretsmanager", "sts"], service)])
    error_message = "interface_services are some of kms, secretsmanager and sts; another service needs an endpoint policy of its own."
  }
}

variable "client_cidr_blocks" {
  description = "Addresses that may reach the interface endpoints: the nodes' and pods' ranges."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.client_cidr_blocks : can(cidrhost(block, 0)) && !can(regex("/0$", block))])
    error_message = "client_cidr_blocks: each is a range as 10.0.0.0/16, and not the whole internet."
  }

  validation {
    condition     = length(var.interface_services) == 0 || length(var.client_cidr_blocks) > 0
    error_message = "client_cidr_blocks: nobody could reach the interface endpoints; name the nodes' and pods' ranges, or set interface_services = []."
  }
}

variable "buckets" {
  description = "Names of the buckets that may be reached through the gateway endpoint: lake, dead letters, state, results of queries."
  type        = set(string)

  validation {
    condition     = length(var.buckets) > 0 && alltrue([for bucket in var.buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket))])
    error_message = "buckets names at least one bucket, without s3:// and without a prefix."
  }
}

variable "readable_buckets" {
  description = "Names of buckets of others that may be read, from the same route tables: packages of the nodes' operating system, for one. Images' layers in ECR are allowed anyway."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for bucket in var.readable_buckets : can(regex("^[a-z0-9*][a-z0-9.*-]{1,61}[a-z0-9*]$", bucket)) && length(replace(bucket, "*", "")) >= 3])
    error_message = "readable_buckets: each is the name of a bucket, without s3:// and without a prefix; * may stand for a part of it, not for all."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}
