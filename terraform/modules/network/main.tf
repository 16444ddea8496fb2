data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.region
  s3_arn    = "arn:${local.partition}:s3:::"

  # EKS pulls images' layers from this bucket of ECR's, through the same route.
  readable = setunion(var.readable_buckets, ["prod-${local.region}-starport-layer-bucket"])

  own_account = { StringEquals = { "aws:PrincipalAccount" = local.account } }

  s3_statements = [
    {
      Sid       = "OwnBuckets"
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:*"
      Resource  = flatten([for bucket in sort(var.buckets) : ["${local.s3_arn}${bucket}", "${local.s3_arn}${bucket}/*"]])
      Condition = local.own_account
    },
    {
      Sid       = "ReadOthersBuckets"
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = [for bucket in sort(local.readable) : "${local.s3_arn}${bucket}/*"]
    },
  ]

  own_statement = { for service in ["kms", "secretsmanager", "sts"] : service => {
    Sid       = "OwnAccount"
    Effect    = "Allow"
    Principal = "*"
    Action    = "${service}:*"
    Resource  = "*"
    Condition = local.own_account
  } }

  interface_statements = {
    kms            = [local.own_statement.kms]
    secretsmanager = [local.own_statement.secretsmanager]
    # A pod that asks for its role with its token (IRSA) has no account yet.
    sts = [local.own_statement.sts, {
      Sid       = "OwnRolesByToken"
      Effect    = "Allow"
      Principal = "*"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Resource  = "arn:${local.partition}:iam::${local.account}:role/*"
    }]
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = var.vpc_id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${local.region}.s3"
  route_table_ids   = var.route_table_ids
  tags              = merge(var.tags, { Name = "${var.name}-s3" })

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.s3_statements
  })
}

resource "aws_security_group" "this" {
  count = length(var.interface_services) == 0 ? 0 : 1

  name        = "${var.name}-endpoints"
  description = "HTTPS to the interface endpoints of ${var.name}."
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-endpoints" })
}

# No egress rule: endpoints answer, they do not call.
resource "aws_vpc_security_group_ingress_rule" "https" {
  for_each = length(var.interface_services) == 0 ? [] : var.client_cidr_blocks

  security_group_id = aws_security_group.this[0].id
  description       = "HTTPS from ${each.value}"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  tags              = var.tags
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_services

  vpc_id              = var.vpc_id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${local.region}.${each.value}"
  subnet_ids          = var.subnet_ids
  security_group_ids  = [aws_security_group.this[0].id]
  private_dns_enabled = true
  tags                = merge(var.tags, { Name = "${var.name}-${each.value}" })

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.interface_statements[each.value]
  })
}
