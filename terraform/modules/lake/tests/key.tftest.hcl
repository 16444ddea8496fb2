# The key's ARN is known only once the key is there: so these apply, to a provider that is made up.
mock_provider "aws" {
  mock_resource "aws_kms_key" {
    defaults = {
      arn    = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a"
      key_id = "0a1b2c3d-0000-4000-8000-00000000000a"
    }
  }
}

variables {
  name       = "sluice-test"
  account_id = "111122223333"
}

run "a_key_is_made" {
  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_kms_key.this[0].rotation_period_in_days == 365
    error_message = "the key is rotated every year"
  }
  assert {
    condition     = aws_kms_key.this[0].deletion_window_in_days == 30
    error_message = "a deleted key can be saved for 30 days"
  }
  assert {
    condition = jsonencode(jsondecode(aws_kms_key.this[0].policy).Statement) == jsonencode([{
      Sid      = "PoliciesOfTheAccountDecide", Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*"
      Resource = "*"
    }])
    error_message = "the key's policy leaves it to the account's policies, and to nobody else's"
  }
  assert {
    condition     = aws_kms_alias.this[0].name == "alias/sluice-test" && aws_kms_alias.this[0].target_key_id == "0a1b2c3d-0000-4000-8000-00000000000a"
    error_message = "the key's alias is the name"
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this["lake"].policy).Statement[4].Condition.StringNotEquals["s3:x-amz-server-side-encryption-aws-kms-key-id"] == "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d-0000-4000-8000-00000000000a"
    error_message = "the bucket policy compares with the key that was made"
  }
  assert {
    condition     = output.sluice_flags.SSEKMSKeyId == aws_kms_key.this[0].arn && output.kms_key_arn == aws_kms_key.this[0].arn
    error_message = "the flags name the key that was made"
  }
  # No plan shows an order, so the source is read.
  assert {
    condition     = length(aws_s3_bucket.this) == 2 && can(regex("resource \"aws_s3_bucket\" \"this\" \\{[^}]*depends_on = \\[aws_kms_key.this\\]", file("main.tf")))
    error_message = "the key outlives the buckets whose objects need it"
  }
}
