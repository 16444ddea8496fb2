variable "endpoint" {
  description = "Where MinIO's S3 answers."
  type        = string
  default     = "http://127.0.0.1:9000"

  validation {
    condition     = can(regex("^https?://[^/]+$", var.endpoint))
    error_message = "endpoint: as http://127.0.0.1:9000, without a path."
  }
}

variable "bootstrap_servers" {
  description = "Kafka's brokers, as host:port,host:port."
  type        = string
  default     = "127.0.0.1:9092"

  validation {
    condition     = can(regex("^[A-Za-z0-9.-]+:[0-9]+(,[A-Za-z0-9.-]+:[0-9]+)*$", var.bootstrap_servers))
    error_message = "bootstrap_servers: host:port,host:port without blanks."
  }
}

variable "noncurrent_versions_days" {
  description = "Days for which a deleted or replaced version can still be restored."
  type        = number
  default     = 7

  validation {
    condition     = var.noncurrent_versions_days >= 1 && floor(var.noncurrent_versions_days) == var.noncurrent_versions_days
    error_message = "noncurrent_versions_days: a whole number, 1 or more."
  }
}
