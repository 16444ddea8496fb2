output "topic_arn" {
  description = "ARN of the topic; other alarms may publish to it."
  value       = aws_sns_topic.this.arn
}

output "alarm_names" {
  description = "Names of the alarms, by what they watch."
  value       = local.alarm_names
}

output "webhooks" {
  description = "HTTPS addresses that SNS posts to."
  value       = toset([for subscription in aws_sns_topic_subscription.webhook : subscription.endpoint])
}

output "kms_key_arn" {
  description = "ARN of the key that encrypts the topic."
  value       = var.kms_key_arn == null ? aws_kms_key.this[0].arn : var.kms_key_arn
}

output "chatbot_role_arn" {
  description = "ARN of Chatbot's role; null without chatbot_role."
  value       = var.chatbot_role ? aws_iam_role.chatbot[0].arn : null
}
