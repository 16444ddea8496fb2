output "s3_endpoint_id" {
  description = "Id of the gateway endpoint, for a bucket policy's aws:SourceVpce."
  value       = aws_vpc_endpoint.s3.id
}

output "s3_prefix_list_id" {
  description = "Id of S3's prefix list, for egress rules of security groups."
  value       = aws_vpc_endpoint.s3.prefix_list_id
}

output "interface_endpoint_ids" {
  description = "Ids of the interface endpoints, by service."
  value       = { for service, endpoint in aws_vpc_endpoint.interface : service => endpoint.id }
}

output "security_group_id" {
  description = "Id of the interface endpoints' security group; null without interface endpoints."
  value       = one(aws_security_group.this[*].id)
}
