data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.region
  suffix    = data.aws_partition.current.dns_suffix

  entry_names = { for key, entry in var.entries : key => coalesce(entry.name, "${var.name}/${key}") }

  # Secrets Manager ends an ARN with six characters of its own; -?????? matches just those, where * would match other names too.
  entry_patterns = { for key, name in local.entry_names : key => "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:${name}-??????" }

  secret_references    = { for key, reference in var.references : key => reference if split(":", reference.arn)[2] == "secretsmanager" }
  parameter_references = { for key, reference in var.references : key => reference if split(":", reference.arn)[2] == "ssm" }

  secret_arns    = concat(values(local.entry_patterns), values(local.secret_references)[*].arn)
  parameter_arns = values(local.parameter_references)[*].arn

  # Each key only for the service that keeps its secrets: with the key alone nobody decrypts anything else.
  keys = {
    secretsmanager = distinct(compact(concat(length(var.entries) > 0 ? [var.kms_key_arn] : [], values(local.secret_references)[*].kms_key_arn)))
    ssm            = distinct(compact(values(local.parameter_references)[*].kms_key_arn))
  }

  read_statements = concat(
    [for arns in [local.secret_arns] : {
      Sid      = "ReadSecrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
      Resource = arns
    } if length(arns) > 0],
    [for arns in [local.parameter_arns] : {
      Sid      = "ReadParameters"
      Effect   = "Allow"
      Action   = ["ssm:GetParameter", "ssm:GetParameters"]
      Resource = arns
    } if length(arns) > 0],
    [for service, arns in local.keys : {
      Sid      = "Decrypt${service == "ssm" ? "Parameters" : "Secrets"}"
      Effect   = "Allow"
      Action   = ["kms:Decrypt"]
      Resource = arns
      Condition = {
        StringEquals = { "kms:ViaService" = sort(distinct([for arn in arns : "${service}.${split(":", arn)[3]}.${local.suffix}"])) }
      }
    } if length(arns) > 0],
  )

  # Whether there is a policy is known before a key is that is made in the same apply; others may count by it.
  read_policy = length(var.entries) + length(var.references) == 0 ? null : jsonencode({
    Version   = "2012-10-17"
    Statement = local.read_statements
  })

  parameter_names = { for key, reference in local.parameter_references : key => "/${split(":parameter/", reference.arn)[1]}" }

  external_secrets = merge(
    { for key, name in local.entry_names : key => { service = "SecretsManager", key = name } },
    { for key, reference in local.secret_references : key => { service = "SecretsManager", key = reference.arn } },
    { for key, name in local.parameter_names : key => { service = "ParameterStore", key = name } },
  )

  csi_objects = yamlencode([for key in sort(keys(local.external_secrets)) : {
    objectName  = local.external_secrets[key].key
    objectType  = local.external_secrets[key].service == "ParameterStore" ? "ssmparameter" : "secretsmanager"
    objectAlias = key
  }])
}

# An entry without a version: the value never passes through Terraform, so it stands in no state, no plan and no variable.
resource "aws_secretsmanager_secret" "this" {
  for_each = var.entries

  name                    = local.entry_names[each.key]
  description             = each.value.description
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = var.recovery_window_days
  tags                    = var.tags
}
