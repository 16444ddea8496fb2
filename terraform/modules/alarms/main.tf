data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.region
  topic_arn = "arn:${local.partition}:sns:${local.region}:${local.account}:${var.name}-alarms"
  key_arn   = var.kms_key_arn == null ? one(aws_kms_key.this[*].arn) : var.kms_key_arn

  # Of this account's alarms and budgets only: a service acts for whoever asks it (the confused deputy).
  publishers = merge(
    {
      CloudWatch = {
        service = "cloudwatch.amazonaws.com"
        source  = "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:*"
      }
    },
    var.budget == null ? {} : {
      Budgets = {
        service = "budgets.amazonaws.com"
        source  = "arn:${local.partition}:budgets::${local.account}:*" # as AWS documents it
      }
    },
  )

  filter_id = "EntireBucket"

  client_error_percents = { for key in keys(var.buckets) : key => lookup(var.client_error_percents, key, var.client_error_percent) }

  error_alarms = merge([for key, bucket in var.buckets : {
    "${key}_4xx" = {
      bucket      = bucket
      metric      = "4xxErrors"
      threshold   = local.client_error_percents[key] / 100
      description = "More than ${local.client_error_percents[key]} % of requests to ${bucket} are answered 4xx: denied (role, key or bucket policy), or two jobs that append to the same lake."
    }
    "${key}_5xx" = {
      bucket      = bucket
      metric      = "5xxErrors"
      threshold   = var.server_error_percent / 100
      description = "More than ${var.server_error_percent} % of requests to ${bucket} are answered 5xx: S3 or its key slows requests down. The pipeline tries again; raise --fileInterval, or the quota of KMS."
    }
  }]...)

  alarm_names = merge(
    { for key in keys(local.error_alarms) : key => "${var.name}-${replace(key, "_", "-")}" },
    var.silent_bucket == null ? {} : { silence = "${var.name}-silence" },
    var.kms_requests_per_second == null ? {} : { kms = "${var.name}-kms" },
  )
}

resource "aws_kms_key" "this" {
  count = var.kms_key_arn == null ? 1 : 0

  # The key that AWS keeps for SNS lets no other service use it: an alarm of CloudWatch would be lost without a word.
  description         = "Encrypts the topic of ${var.name}'s alarms."
  enable_key_rotation = true
  tags                = var.tags

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "Administer"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = ["kms:*"]
        Resource  = "*"
      }],
      [for name, publisher in local.publishers : {
        Sid       = name
        Effect    = "Allow"
        Principal = { Service = publisher.service }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      }],
    )
  })
}

resource "aws_kms_alias" "this" {
  count = var.kms_key_arn == null ? 1 : 0

  name          = "alias/${var.name}-alarms"
  target_key_id = aws_kms_key.this[0].key_id
}

resource "aws_sns_topic" "this" {
  name              = "${var.name}-alarms"
  kms_master_key_id = local.key_arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for name, publisher in local.publishers : {
        Sid       = name
        Effect    = "Allow"
        Principal = { Service = publisher.service }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account }
          ArnLike      = { "aws:SourceArn" = publisher.source }
        }
      }],
      [{
        Sid       = "DenyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
    )
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.emails

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_sns_topic_subscription" "webhook" {
  for_each = var.webhooks

  topic_arn = aws_sns_topic.this.arn
  protocol  = "https"
  endpoint  = each.value
}

# Chatbot reads metrics to draw an alarm's chart, and nothing else.
resource "aws_iam_role" "chatbot" {
  count = var.chatbot_role ? 1 : 0

  name = "${var.name}-chatbot"
  tags = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "chatbot.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:chatbot::${local.account}:chat-configuration/slack-channel/*" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "chatbot" {
  count = var.chatbot_role ? 1 : 0

  name = "read-metrics"
  role = aws_iam_role.chatbot[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ReadMetrics"
      Effect   = "Allow"
      Action   = ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics"]
      Resource = "*" # these actions know no resource
    }]
  })
}

# S3 counts requests only where it is asked to.
resource "aws_s3_bucket_metric" "this" {
  for_each = var.buckets

  bucket = each.value
  name   = local.filter_id
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = local.error_alarms

  alarm_name        = local.alarm_names[each.key]
  alarm_description = each.value.description
  namespace         = "AWS/S3"
  metric_name       = each.value.metric
  dimensions        = { BucketName = each.value.bucket, FilterId = local.filter_id }

  # S3 reports 0 or 1 for each request, so the average is the share of errors, whatever the traffic.
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"

  alarm_actions = [local.topic_arn]
  ok_actions    = [local.topic_arn]
  tags          = var.tags
}

resource "aws_cloudwatch_metric_alarm" "silence" {
  count = var.silent_bucket == null ? 0 : 1

  alarm_name        = local.alarm_names.silence
  alarm_description = "Nothing was written to ${var.buckets[var.silent_bucket]} for ${var.silent_minutes} minutes: the job is down, or nothing is sent."
  namespace         = "AWS/S3"
  metric_name       = "PutRequests"
  dimensions        = { BucketName = var.buckets[var.silent_bucket], FilterId = local.filter_id }

  # No request is no data point, not a 0.
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = var.silent_minutes / 5
  datapoints_to_alarm = var.silent_minutes / 5
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"

  alarm_actions = [local.topic_arn]
  ok_actions    = [local.topic_arn]
  tags          = var.tags
}

# KMS has no metric of throttled requests; S3 answers them 503, which is in 5xx. This one comes before that.
resource "aws_cloudwatch_metric_alarm" "kms" {
  count = var.kms_requests_per_second == null ? 0 : 1

  alarm_name        = local.alarm_names.kms
  alarm_description = "Requests to KMS are above 80 % of the account's ${var.kms_requests_per_second} a second: is the bucket key on? Else ask for a greater quota."
  namespace         = "AWS/Usage"
  metric_name       = "CallCount"
  dimensions        = { Class = "None", Resource = "CryptographicOperationsSymmetric", Service = "KMS", Type = "API" }

  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.kms_requests_per_second * 60 * 0.8
  treat_missing_data  = "notBreaching"

  alarm_actions = [local.topic_arn]
  ok_actions    = [local.topic_arn]
  tags          = var.tags
}

resource "aws_budgets_budget" "this" {
  count = var.budget == null ? 0 : 1

  name         = var.name
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_unit   = "USD"
  limit_amount = tostring(var.budget.monthly_usd)
  tags         = var.tags

  dynamic "cost_filter" {
    for_each = var.budget.tag_key == null ? [] : [var.budget]

    content {
      name   = "TagKeyValue"
      values = [format("user:%s$%s", cost_filter.value.tag_key, cost_filter.value.tag_value)]
    }
  }

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type         = notification.key
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      comparison_operator       = "GREATER_THAN"
      subscriber_sns_topic_arns = [local.topic_arn]
    }
  }

  # When a budget is made, AWS asks whether it may publish.
  depends_on = [aws_sns_topic_policy.this]
}
