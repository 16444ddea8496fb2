mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
}

variables {
  name    = "sluice-test"
  buckets = { lake = "lake-bucket", dead_letters = "dead-bucket" }
  emails  = ["data@example.org"]
}

run "requests_are_counted_and_watched" {
  command = plan

  assert {
    condition     = { for key, metric in aws_s3_bucket_metric.this : key => "${metric.bucket} ${metric.name}" } == { lake = "lake-bucket EntireBucket", dead_letters = "dead-bucket EntireBucket" }
    error_message = "without a metrics configuration there is no metric to watch"
  }

  assert {
    condition = { for key, alarm in aws_cloudwatch_metric_alarm.errors : key => "${alarm.namespace} ${alarm.metric_name} ${alarm.dimensions.BucketName} ${alarm.dimensions.FilterId} ${alarm.statistic} ${alarm.comparison_operator} ${alarm.threshold} ${alarm.treat_missing_data}" } == {
      lake_4xx         = "AWS/S3 4xxErrors lake-bucket EntireBucket Average GreaterThanThreshold 0.1 notBreaching"
      lake_5xx         = "AWS/S3 5xxErrors lake-bucket EntireBucket Average GreaterThanThreshold 0.01 notBreaching"
      dead_letters_4xx = "AWS/S3 4xxErrors dead-bucket EntireBucket Average GreaterThanThreshold 0.1 notBreaching"
      dead_letters_5xx = "AWS/S3 5xxErrors dead-bucket EntireBucket Average GreaterThanThreshold 0.01 notBreaching"
    }
    error_message = "each bucket has an alarm for 4xx and one for 5xx"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.errors : alarm.period == 300 && alarm.evaluation_periods == 3 && alarm.datapoints_to_alarm == 3])
    error_message = "an alarm looks at 15 minutes"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.errors : alarm.alarm_actions == toset(["arn:aws:sns:eu-central-1:111122223333:sluice-test-alarms"]) && alarm.ok_actions == alarm.alarm_actions])
    error_message = "alarms go to the topic, and their end too"
  }

  assert {
    condition     = output.alarm_names.lake_4xx == "sluice-test-lake-4xx" && aws_cloudwatch_metric_alarm.errors["lake_4xx"].alarm_name == "sluice-test-lake-4xx"
    error_message = "alarms are not named after what they watch"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.silence) == 0 && length(aws_cloudwatch_metric_alarm.kms) == 0 && length(aws_budgets_budget.this) == 0 && length(aws_iam_role.chatbot) == 0
    error_message = "what was not asked for is not made"
  }
}

run "a_bucket_with_a_share_of_its_own" {
  command = plan

  variables {
    buckets               = { lake = "lake-bucket", state = "state-bucket" }
    client_error_percents = { state = 90 }
  }

  assert {
    condition     = { for key, alarm in aws_cloudwatch_metric_alarm.errors : key => alarm.threshold } == { lake_4xx = 0.1, lake_5xx = 0.01, state_4xx = 0.9, state_5xx = 0.01 }
    error_message = "one bucket's alarm for 4xx has another threshold, and the others keep theirs"
  }
  assert {
    condition     = startswith(aws_cloudwatch_metric_alarm.errors["state_4xx"].alarm_description, "More than 90 % of requests to state-bucket ")
    error_message = "the alarm's text has another threshold"
  }
}

run "refuses_a_share_of_a_bucket_that_is_not_watched" {
  command = plan

  variables {
    client_error_percents = { state = 90 }
  }

  expect_failures = [var.client_error_percents]
}

run "refuses_a_share_of_all" {
  command = plan

  variables {
    client_error_percents = { lake = 100 }
  }

  expect_failures = [var.client_error_percents]
}

run "topic_takes_alarms_of_this_account_only" {
  command = plan

  assert {
    condition     = aws_sns_topic.this.name == "sluice-test-alarms" && length(aws_kms_key.this) == 1 && aws_kms_key.this[0].enable_key_rotation
    error_message = "the topic is encrypted with a key of its own, which rotates"
  }

  assert {
    condition = jsonencode(jsondecode(aws_sns_topic_policy.this.policy).Statement) == jsonencode([
      {
        Sid       = "CloudWatch"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = "arn:aws:sns:eu-central-1:111122223333:sluice-test-alarms"
        Condition = {
          StringEquals = { "aws:SourceAccount" = "111122223333" }
          ArnLike      = { "aws:SourceArn" = "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:*" }
        }
      },
      {
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = "arn:aws:sns:eu-central-1:111122223333:sluice-test-alarms"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ])
    error_message = "the topic takes messages of others"
  }

  assert {
    condition = jsonencode(jsondecode(aws_kms_key.this[0].policy).Statement) == jsonencode([
      {
        Sid       = "Administer"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::111122223333:root" }
        Action    = ["kms:*"]
        Resource  = "*"
      },
      {
        Sid       = "CloudWatch"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
      },
    ])
    error_message = "the key serves others than CloudWatch"
  }
}

run "alarms_reach_people" {
  command = plan

  variables {
    emails       = ["data@example.org", "channel-x1@team.slack.com"]
    webhooks     = ["https://pager.example.org/sns"]
    chatbot_role = true
  }

  assert {
    condition     = { for endpoint, subscription in aws_sns_topic_subscription.email : endpoint => subscription.protocol } == { "data@example.org" = "email", "channel-x1@team.slack.com" = "email" }
    error_message = "each address is subscribed"
  }

  assert {
    condition     = { for endpoint, subscription in aws_sns_topic_subscription.webhook : subscription.endpoint => subscription.protocol } == { "https://pager.example.org/sns" = "https" }
    error_message = "each webhook is subscribed"
  }
  assert {
    condition     = output.webhooks == toset(["https://pager.example.org/sns"])
    error_message = "the output names the webhooks"
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role.chatbot[0].assume_role_policy).Statement) == jsonencode([{
      Effect    = "Allow"
      Principal = { Service = "chatbot.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = "111122223333" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:chatbot::111122223333:chat-configuration/slack-channel/*" }
      }
    }])
    error_message = "others than Chatbot for this account may take its role"
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.chatbot[0].policy).Statement) == jsonencode([{
      Sid      = "ReadMetrics"
      Effect   = "Allow"
      Action   = ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics"]
      Resource = "*"
    }])
    error_message = "Chatbot may do more than read metrics"
  }
}

run "silence_is_an_alarm" {
  command = plan

  variables {
    silent_bucket  = "lake"
    silent_minutes = 30
  }

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.silence :
      alarm.alarm_name == "sluice-test-silence" && alarm.metric_name == "PutRequests" && alarm.dimensions.BucketName == "lake-bucket" && alarm.dimensions.FilterId == "EntireBucket" &&
      alarm.statistic == "Sum" && alarm.comparison_operator == "LessThanThreshold" && alarm.threshold == 1
    ]) && length(aws_cloudwatch_metric_alarm.silence) == 1
    error_message = "the alarm watches writes to the lake"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.silence[0].treat_missing_data == "breaching"
    error_message = "no request is no data point"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.silence[0].period * aws_cloudwatch_metric_alarm.silence[0].evaluation_periods == 1800 && aws_cloudwatch_metric_alarm.silence[0].datapoints_to_alarm == 6
    error_message = "the alarm waits silent_minutes"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.silence[0].alarm_actions == toset(["arn:aws:sns:eu-central-1:111122223333:sluice-test-alarms"])
    error_message = "silence goes to the topic"
  }
}

run "kms_is_watched_before_it_throttles" {
  command = plan

  variables {
    kms_requests_per_second = 10000
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.kms[0].threshold == 480000 && aws_cloudwatch_metric_alarm.kms[0].period == 60 && aws_cloudwatch_metric_alarm.kms[0].statistic == "Sum"
    error_message = "80 % of the requests of a minute"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.kms[0].dimensions == tomap({ Class = "None", Resource = "CryptographicOperationsSymmetric", Service = "KMS", Type = "API" })
    error_message = "the alarm watches another usage than that of KMS"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.kms[0].alarm_actions == toset(["arn:aws:sns:eu-central-1:111122223333:sluice-test-alarms"])
    error_message = "KMS goes to the topic"
  }
}

run "a_budget_of_what_bears_a_tag" {
  command = plan

  variables {
    budget = { monthly_usd = 500, tag_key = "Project", tag_value = "sluice" }
  }

  assert {
    condition     = aws_budgets_budget.this[0].limit_amount == "500" && aws_budgets_budget.this[0].limit_unit == "USD" && aws_budgets_budget.this[0].time_unit == "MONTHLY" && aws_budgets_budget.this[0].budget_type == "COST"
    error_message = "500 dollars a month"
  }

  assert {
    condition     = [for filter in aws_budgets_budget.this[0].cost_filter : "${filter.name} ${join(",", filter.values)}"] == ["TagKeyValue user:Project$sluice"]
    error_message = "only what bears the tag counts"
  }

  assert {
    condition = toset([for notification in aws_budgets_budget.this[0].notification : "${notification.notification_type} ${notification.threshold} ${notification.threshold_type} ${notification.comparison_operator} ${join(",", notification.subscriber_sns_topic_arns)}"]) == toset([
      "ACTUAL 80 PERCENTAGE GREATER_THAN arn:aws:sns:eu-central-1:111122223333:sluice-test-alarms",
      "FORECASTED 100 PERCENTAGE GREATER_THAN arn:aws:sns:eu-central-1:111122223333:sluice-test-alarms",
    ])
    error_message = "told at 80 % spent, and when the forecast is above the budget"
  }

  assert {
    condition = jsonencode([for statement in jsondecode(aws_sns_topic_policy.this.policy).Statement : statement if statement.Sid == "Budgets"]) == jsonencode([{
      Sid       = "Budgets"
      Effect    = "Allow"
      Principal = { Service = "budgets.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = "arn:aws:sns:eu-central-1:111122223333:sluice-test-alarms"
      Condition = {
        StringEquals = { "aws:SourceAccount" = "111122223333" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:budgets::111122223333:*" }
      }
    }])
    error_message = "Budgets may publish"
  }

  assert {
    condition     = [for statement in jsondecode(aws_kms_key.this[0].policy).Statement : statement.Principal.Service if statement.Sid == "Budgets"] == ["budgets.amazonaws.com"]
    error_message = "Budgets may use the key"
  }
}

run "a_budget_of_the_account_and_a_key_that_is_there" {
  command = plan

  variables {
    budget      = { monthly_usd = 500 }
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000"
  }

  assert {
    condition     = length(aws_budgets_budget.this[0].cost_filter) == 0
    error_message = "without a tag the whole account counts"
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && aws_sns_topic.this.kms_master_key_id == var.kms_key_arn && output.kms_key_arn == var.kms_key_arn
    error_message = "the topic is encrypted with the key that was named"
  }
}

run "refuses_a_name" {
  command = plan

  variables {
    name = "sluice test"
  }

  expect_failures = [var.name]
}

run "refuses_no_buckets" {
  command = plan

  variables {
    buckets = {}
  }

  expect_failures = [var.buckets]
}

run "refuses_a_bucket_with_a_prefix" {
  command = plan

  variables {
    buckets = { lake = "s3://lake-bucket/lake" }
  }

  expect_failures = [var.buckets]
}

run "refuses_a_client_error_percent" {
  command = plan

  variables {
    client_error_percent = 0
  }

  expect_failures = [var.client_error_percent]
}

run "refuses_a_server_error_percent" {
  command = plan

  variables {
    server_error_percent = 100
  }

  expect_failures = [var.server_error_percent]
}

run "refuses_a_silent_bucket_that_is_not_watched" {
  command = plan

  variables {
    silent_bucket = "state"
  }

  expect_failures = [var.silent_bucket]
}

run "refuses_silent_minutes" {
  command = plan

  variables {
    silent_minutes = 7
  }

  expect_failures = [var.silent_minutes]
}

run "refuses_kms_requests" {
  command = plan

  variables {
    kms_requests_per_second = 0
  }

  expect_failures = [var.kms_requests_per_second]
}

run "refuses_a_budget_of_nothing" {
  command = plan

  variables {
    budget = { monthly_usd = 0 }
  }

  expect_failures = [var.budget]
}

run "refuses_half_a_tag" {
  command = plan

  variables {
    budget = { monthly_usd = 500, tag_key = "Project" }
  }

  expect_failures = [var.budget]
}

run "refuses_an_email" {
  command = plan

  variables {
    emails = ["data"]
  }

  expect_failures = [var.emails]
}

run "refuses_a_webhook_without_tls" {
  command = plan

  variables {
    webhooks = ["http://pager.example.org/sns"]
  }

  expect_failures = [var.webhooks]
}

run "refuses_slacks_webhook" {
  command = plan

  variables {
    webhooks = ["https://hooks.slack.com/services/x"]
  }

  expect_failures = [var.webhooks]
}

run "refuses_the_alias_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "alias/aws/sns"
  }

  expect_failures = [var.kms_key_arn]
}
