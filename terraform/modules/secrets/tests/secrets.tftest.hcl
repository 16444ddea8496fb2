mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
}

variables {
  name = "sluice-test"
  entries = {
    kafka = { description = "Kafka's user and password." }
  }
}

run "an_entry_is_made_without_a_value" {
  command = plan

  assert {
    condition     = keys(aws_secretsmanager_secret.this) == ["kafka"] && aws_secretsmanager_secret.this["kafka"].name == "sluice-test/kafka"
    error_message = "the entry is named after what it is for"
  }

  assert {
    condition     = aws_secretsmanager_secret.this["kafka"].recovery_window_in_days == 30
    error_message = "a deleted entry can be restored"
  }

  # The names of what the module may plan: no version of a secret, no parameter, no variable with a value.
  assert {
    condition = length(aws_secretsmanager_secret.this) == 1 && alltrue([
      for file in ["main.tf", "variables.tf", "outputs.tf"] :
      !can(regex("aws_secretsmanager_secret_version|aws_ssm_parameter|secret_string|random_password|value_wo", file(file)))
    ])
    error_message = "a value would pass through Terraform, and stand in the state or in a plan"
  }

  assert {
    condition = jsonencode(jsondecode(output.read_policy).Statement) == jsonencode([{
      Sid      = "ReadSecrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
      Resource = ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:sluice-test/kafka-??????"]
    }])
    error_message = "the policy reads another entry, or does more than read"
  }

  assert {
    condition     = jsonencode(output.read_statements) == jsonencode(jsondecode(output.read_policy).Statement)
    error_message = "statements and policy differ"
  }

  assert {
    condition     = jsonencode(output.external_secrets) == jsonencode({ kafka = { service = "SecretsManager", key = "sluice-test/kafka" } })
    error_message = "an ExternalSecret would look for another entry"
  }

  assert {
    condition     = jsonencode(yamldecode(output.csi_objects)) == jsonencode([{ objectName = "sluice-test/kafka", objectType = "secretsmanager", objectAlias = "kafka" }])
    error_message = "the CSI driver would look for another entry"
  }
}

run "entries_and_references_with_keys_of_their_own" {
  command = plan

  variables {
    kms_key_arn          = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000001"
    recovery_window_days = 7
    entries = {
      kafka = { description = "For MSK by SCRAM.", name = "AmazonMSK_sluice" }
    }
    references = {
      registry = {
        arn         = "arn:aws:secretsmanager:eu-west-1:444455556666:secret:team/registry-Ab12Cd"
        kms_key_arn = "arn:aws:kms:eu-west-1:444455556666:key/00000000-0000-0000-0000-000000000002"
      }
      truststore = {
        arn         = "arn:aws:ssm:eu-central-1:111122223333:parameter/team/truststore"
        kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000003"
      }
    }
  }

  assert {
    condition     = aws_secretsmanager_secret.this["kafka"].name == "AmazonMSK_sluice" && aws_secretsmanager_secret.this["kafka"].recovery_window_in_days == 7
    error_message = "an entry bears the name that was asked for"
  }

  assert {
    condition     = aws_secretsmanager_secret.this["kafka"].kms_key_id == var.kms_key_arn
    error_message = "the key encrypts the entry"
  }

  assert {
    condition = jsonencode(jsondecode(output.read_policy).Statement) == jsonencode([
      {
        Sid    = "ReadSecrets"
        Effect = "Allow"
        Action = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
        Resource = [
          "arn:aws:secretsmanager:eu-central-1:111122223333:secret:AmazonMSK_sluice-??????",
          "arn:aws:secretsmanager:eu-west-1:444455556666:secret:team/registry-Ab12Cd",
        ]
      },
      {
        Sid      = "ReadParameters"
        Effect   = "Allow"
        Action   = ["ssm:GetParameter", "ssm:GetParameters"]
        Resource = ["arn:aws:ssm:eu-central-1:111122223333:parameter/team/truststore"]
      },
      {
        Sid    = "DecryptSecrets"
        Effect = "Allow"
        Action = ["kms:Decrypt"]
        Resource = [
          "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000001",
          "arn:aws:kms:eu-west-1:444455556666:key/00000000-0000-0000-0000-000000000002",
        ]
        Condition = { StringEquals = { "kms:ViaService" = ["secretsmanager.eu-central-1.amazonaws.com", "secretsmanager.eu-west-1.amazonaws.com"] } }
      },
      {
        Sid       = "DecryptParameters"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = ["arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000003"]
        Condition = { StringEquals = { "kms:ViaService" = ["ssm.eu-central-1.amazonaws.com"] } }
      },
    ])
    error_message = "the policy of entries and references reads another, or does more than read"
  }

  assert {
    condition = jsonencode(output.external_secrets) == jsonencode({
      kafka      = { service = "SecretsManager", key = "AmazonMSK_sluice" }
      registry   = { service = "SecretsManager", key = "arn:aws:secretsmanager:eu-west-1:444455556666:secret:team/registry-Ab12Cd" }
      truststore = { service = "ParameterStore", key = "/team/truststore" }
    })
    error_message = "an ExternalSecret would look for another secret or parameter"
  }

  assert {
    condition     = [for object in yamldecode(output.csi_objects) : "${object.objectAlias} ${object.objectType}"] == ["kafka secretsmanager", "registry secretsmanager", "truststore ssmparameter"]
    error_message = "the CSI driver would look for another secret or parameter"
  }
}

run "nothing_to_read_is_no_policy" {
  command = plan

  variables {
    entries = {}
  }

  assert {
    condition     = output.read_policy == null && length(output.read_statements) == 0
    error_message = "IAM refuses a policy without a statement"
  }
}

run "refuses_a_name" {
  command = plan

  variables {
    name = "-sluice"
  }

  expect_failures = [var.name]
}

run "refuses_the_key_of_an_entry" {
  command = plan

  variables {
    entries = { "Kafka user" = { description = "x" } }
  }

  expect_failures = [var.entries]
}

run "refuses_the_name_of_an_entry" {
  command = plan

  variables {
    entries = { kafka = { description = "x", name = "with space" } }
  }

  expect_failures = [var.entries]
}

run "refuses_the_key_of_a_reference" {
  command = plan

  variables {
    references = { "Truststore!" = { arn = "arn:aws:ssm:eu-central-1:111122223333:parameter/team/truststore" } }
  }

  expect_failures = [var.references]
}

run "refuses_a_key_that_stands_twice" {
  command = plan

  variables {
    references = { kafka = { arn = "arn:aws:ssm:eu-central-1:111122223333:parameter/team/kafka" } }
  }

  expect_failures = [var.references]
}

run "refuses_an_arn_without_its_last_characters" {
  command = plan

  variables {
    references = { registry = { arn = "arn:aws:secretsmanager:eu-west-1:444455556666:secret:team/registry" } }
  }

  expect_failures = [var.references]
}

run "refuses_the_alias_of_a_references_key" {
  command = plan

  variables {
    references = {
      registry = {
        arn         = "arn:aws:secretsmanager:eu-west-1:444455556666:secret:team/registry-Ab12Cd"
        kms_key_arn = "alias/team"
      }
    }
  }

  expect_failures = [var.references]
}

run "a_key_in_china" {
  command = plan

  override_data {
    target = data.aws_partition.current
    values = { partition = "aws-cn", dns_suffix = "amazonaws.com.cn" }
  }

  variables {
    kms_key_arn = "arn:aws-cn:kms:cn-north-1:111122223333:key/00000000-0000-0000-0000-000000000001"
  }

  assert {
    condition     = jsondecode(output.read_policy).Statement[1].Condition.StringEquals["kms:ViaService"] == ["secretsmanager.cn-north-1.amazonaws.com.cn"]
    error_message = "the key is used through the service as the partition names it"
  }
}

run "deletes_at_once_where_asked" {
  command = plan

  variables {
    recovery_window_days = 0
  }

  assert {
    condition     = aws_secretsmanager_secret.this["kafka"].recovery_window_in_days == 0 && output.recovery_window_days == 0
    error_message = "a recovery window of 0 frees the name at once"
  }
}

run "refuses_a_recovery_window" {
  command = plan

  variables {
    recovery_window_days = 3
  }

  expect_failures = [var.recovery_window_days]
}

run "refuses_the_alias_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "alias/sluice"
  }

  expect_failures = [var.kms_key_arn]
}
