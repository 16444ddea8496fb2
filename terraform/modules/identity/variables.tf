variable "name" {
  description = "Name that all of these roles begin with, as sluice-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name: 3 to 32 lower-case letters, digits and hyphens, as sluice-production."
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
  description = "The buckets' region: keys may be used only through its S3."
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

variable "lake" {
  description = "Where the lake's tables lie: bucket, and prefix without slashes at its ends, empty for the bucket's root."
  type = object({
    bucket = string
    prefix = string
  })

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.lake.bucket)) && !startswith(var.lake.prefix, "/") && !endswith(var.lake.prefix, "/") && !strcontains(var.lake.prefix, "*")
    error_message = "lake: a bucket's name, and a prefix without * and without / at its ends, as { bucket = \"sluice-production-lake-111122223333\", prefix = \"lake\" }."
  }
}

variable "dead_letters" {
  description = "Where the dead letters' tables lie: bucket, and prefix without slashes at its ends, empty for the bucket's root."
  type = object({
    bucket = string
    prefix = string
  })

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.dead_letters.bucket)) && !startswith(var.dead_letters.prefix, "/") && !endswith(var.dead_letters.prefix, "/") && !strcontains(var.dead_letters.prefix, "*")
    error_message = "dead_letters: a bucket's name, and a prefix without * and without / at its ends, as { bucket = \"sluice-production-dead-letters-111122223333\", prefix = \"dead-letters\" }."
  }
}

variable "kms_key_arns" {
  description = "KMS keys of the two buckets; empty with SSE-S3."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.kms_key_arns : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", arn))])
    error_message = "kms_key_arns: ARNs of keys, as arn:aws:kms:eu-central-1:111122223333:key/…; not aliases, and no *."
  }
}

variable "trust" {
  description = "How pods become a role: irsa (the cluster's OIDC provider) or pod_identity (EKS Pod Identity)."
  type        = string
  default     = "irsa"

  validation {
    condition     = contains(["irsa", "pod_identity"], var.trust)
    error_message = "trust: irsa or pod_identity."
  }
}

variable "oidc_provider_arn" {
  description = "The cluster's OIDC provider in IAM, for trust = \"irsa\"."
  type        = string
  default     = null

  validation {
    condition     = var.trust != "irsa" || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/.+", var.oidc_provider_arn))
    error_message = "oidc_provider_arn: as arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/…; `aws iam list-open-id-connect-providers` lists them. Or set trust = \"pod_identity\"."
  }
}

variable "cluster_name" {
  description = "The EKS cluster, for trust = \"pod_identity\"; it needs the add-on eks-pod-identity-agent."
  type        = string
  default     = null

  validation {
    condition     = var.trust != "pod_identity" || can(regex("^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$", var.cluster_name))
    error_message = "cluster_name: the EKS cluster's name; `aws eks list-clusters` lists them. Or set trust = \"irsa\"."
  }
}

variable "namespace" {
  description = "The Kubernetes namespace of the service accounts."
  type        = string
  default     = "sluice"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "namespace: one namespace's name, without *: a role for every namespace is nobody's."
  }
}

variable "service_accounts" {
  description = "Which service accounts may become which role. A role that nobody may become is not made."
  type = object({
    writer     = optional(list(string), ["sluice"])
    maintainer = optional(list(string), ["sluice-maintainer"])
    operator   = optional(list(string), ["sluice-operator"])
    reader     = optional(list(string), ["sluice-reader"])
    secrets    = optional(list(string), [])
  })
  default = {}

  validation {
    condition     = alltrue([for account in flatten(values(var.service_accounts)) : can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", account))])
    error_message = "service_accounts: names of service accounts, without *."
  }

  validation {
    condition     = length(var.service_accounts.writer) > 0
    error_message = "service_accounts: the writer needs one at least, as writer = [\"sluice\"]."
  }

  validation {
    condition     = length(distinct(flatten(values(var.service_accounts)))) == length(flatten(values(var.service_accounts)))
    error_message = "service_accounts: each in one role only: what may write must not be what may delete."
  }
}

variable "operator_principals" {
  description = "ARNs of IAM roles that may become the operator, as people's."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.operator_principals : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[^*]+$", arn))])
    error_message = "operator_principals: ARNs of roles or users, as arn:aws:iam::111122223333:role/data-platform, without *."
  }
}

variable "reader_principals" {
  description = "ARNs of IAM roles that may become the reader, as analysts'."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.reader_principals : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[^*]+$", arn))])
    error_message = "reader_principals: ARNs of roles or users, as arn:aws:iam::111122223333:role/analysts, without *."
  }
}

variable "permissions_boundary_arn" {
  description = "A policy that bounds every role; default: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn: a policy's ARN, as arn:aws:iam::111122223333:policy/boundary."
  }
}

variable "path" {
  description = "IAM path of the roles."
  type        = string
  default     = "/"

  validation {
    condition     = can(regex("^/([A-Za-z0-9_.-]+/)*$", var.path))
    error_message = "path: begins and ends with /, as /sluice/."
  }
}

variable "object_tags" {
  description = "Whether writer and maintainer may tag the files that they write, for --s3Tags."
  type        = bool
  default     = false
}

variable "msk" {
  description = "An MSK cluster with IAM access control: its ARN (with * for the id at its end, if that is not known yet), the topics that are read, and consumer groups, which Sluice itself does not need; default: Kafka's access is not IAM's."
  type = object({
    cluster_arn = string
    topics      = list(string)
    groups      = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.msk == null || can(regex("^arn:aws[a-z-]*:kafka:[a-z0-9-]+:[0-9]{12}:cluster/[A-Za-z0-9-]+/[^/]+$", var.msk.cluster_arn))
    error_message = "msk: cluster_arn as arn:aws:kafka:eu-central-1:111122223333:cluster/NAME/ID, or NAME/* before it is made."
  }

  validation {
    condition     = var.msk == null || (length(try(var.msk.topics, [])) > 0 && !contains(try(var.msk.topics, []), "*"))
    error_message = "msk: topics names the topics that are read, as [\"user-actions\"], and is not all of them."
  }
}

variable "athena" {
  description = "What the reader needs for Athena: the workgroup, the catalog's ARNs, the bucket of results; outputs of the catalog module. Default: the reader reads files only."
  type = object({
    workgroup_arn      = string
    glue_arns          = list(string)
    results_bucket_arn = string
  })
  default = null

  validation {
    condition     = var.athena == null || (can(regex(":workgroup/[^*]+$", var.athena.workgroup_arn)) && can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9.-]+$", var.athena.results_bucket_arn)))
    error_message = "athena: workgroup_arn as arn:aws:athena:eu-central-1:111122223333:workgroup/NAME, results_bucket_arn as arn:aws:s3:::BUCKET; the catalog module's outputs have both."
  }
}

variable "tables" {
  description = "Where tables follow: the Glue database of --publish=glue, the one of an Iceberg catalog and where its metadata lies, or a bucket of S3 Tables and its namespace; the tables module's output rights. Default: no role has rights to a catalog for it."
  type = object({
    glue_database    = optional(string)
    iceberg_database = optional(string)
    metadata         = optional(object({ bucket = string, prefix = string }))
    table_bucket     = optional(object({ arn = string, namespace = string }))
  })
  default = {}

  validation {
    condition     = alltrue([for name in compact([var.tables.glue_database, var.tables.iceberg_database]) : can(regex("^[a-z0-9_]{1,255}$", name))])
    error_message = "tables: glue_database and iceberg_database are names of databases, of lower-case letters, digits and _, without *."
  }

  validation {
    condition     = alltrue([for place in var.tables.metadata[*] : can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", place.bucket)) && can(regex("^[^/*][^*]*[^/*]$", place.prefix))])
    error_message = "tables: metadata is a bucket's name, and a prefix without * and without / at its ends, as { bucket = \"sluice-production-lake-111122223333\", prefix = \"iceberg\" }."
  }

  # Who writes metadata deletes it, too.
  validation {
    condition = alltrue([for place in var.tables.metadata[*] : alltrue([for store in [var.lake, var.dead_letters] :
      store.bucket != place.bucket || (store.prefix != "" && !startswith("${place.prefix}/", "${store.prefix}/") && !startswith("${store.prefix}/", "${place.prefix}/"))
    ])])
    error_message = "tables: metadata lies beside the prefixes of lake and dead_letters, neither in one nor around it; give it a prefix of its own, as iceberg."
  }

  validation {
    condition     = alltrue([for place in var.tables.table_bucket[*] : can(regex("^arn:aws[a-z-]*:s3tables:[a-z0-9-]+:[0-9]{12}:bucket/[a-z0-9-]+$", place.arn)) && can(regex("^[a-z0-9_]{1,255}$", place.namespace))])
    error_message = "tables: table_bucket is the ARN of a table bucket and one namespace, as { arn = \"arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-production\", namespace = \"sluice_production\" }, without *."
  }
}

variable "writer_policies" {
  description = "Further policies of the writer, in JSON, by name: the state module's output policies."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.writer_policies) : !contains(["files", "keys", "topics", "tables"], name)])
    error_message = "writer_policies: files, keys, topics and tables are names of the writer's own policies; name yours differently."
  }
}

variable "secrets_policy" {
  description = "What the role secrets may read, in JSON: the secrets module's output read_policy. Needed where service_accounts.secrets names one, as sluice-secrets."
  type        = string
  default     = null

  validation {
    condition     = var.secrets_policy == null || can(jsondecode(var.secrets_policy).Statement)
    error_message = "secrets_policy: an IAM policy in JSON; the secrets module's output read_policy has it."
  }

  validation {
    condition     = var.secrets_policy != null || length(var.service_accounts.secrets) == 0
    error_message = "secrets_policy: service_accounts.secrets names service accounts that may read nothing; set secrets_policy, or drop them."
  }
}
