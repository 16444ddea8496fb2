data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  serverless = var.type == "serverless"

  cluster_arn_pattern = "arn:${data.aws_partition.current.partition}:kafka:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:cluster/${var.name}/*"

  # Brokers listen here for IAM over TLS; every other port stays shut.
  iam_port = 9098

  client_properties = <<-PROPERTIES
    security.protocol=SASL_SSL
    sasl.mechanism=AWS_MSK_IAM
    sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule required;
    sasl.client.callback.handler.class=software.amazon.msk.auth.iam.IAMClientCallbackHandler
  PROPERTIES

  # An unclean election may give an offset to another record, which nobody downstream can see. Topics are made on purpose, with the
  # number of partitions that sluice size says.
  server_properties = <<-PROPERTIES
    auto.create.topics.enable=false
    default.replication.factor=${length(var.subnet_ids)}
    min.insync.replicas=${length(var.subnet_ids) - 1}
    unclean.leader.election.enable=false
  PROPERTIES
}

resource "aws_security_group" "this" {
  name        = "${var.name}-kafka"
  description = "Kafka by IAM and TLS of ${var.name}."
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-kafka" })
}

resource "aws_vpc_security_group_ingress_rule" "iam" {
  for_each = var.client_cidr_blocks

  security_group_id = aws_security_group.this.id
  description       = "Kafka from ${each.value}"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = local.iam_port
  to_port           = local.iam_port
  tags              = var.tags
}

resource "aws_msk_serverless_cluster" "this" {
  count = local.serverless ? 1 : 0

  cluster_name = var.name
  tags         = var.tags

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [aws_security_group.this.id]
  }

  client_authentication {
    sasl {
      iam {
        enabled = true
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count = local.serverless ? 0 : 1

  name              = "/sluice/${var.name}/kafka"
  retention_in_days = var.log_days
  tags              = var.tags
}

resource "aws_msk_configuration" "this" {
  count = local.serverless ? 0 : 1

  name              = var.name
  server_properties = local.server_properties
}

resource "aws_msk_cluster" "this" {
  count = local.serverless ? 0 : 1

  cluster_name           = var.name
  kafka_version          = var.provisioned.kafka_version
  number_of_broker_nodes = var.provisioned.brokers
  enhanced_monitoring    = "PER_BROKER"
  tags                   = var.tags

  broker_node_group_info {
    client_subnets  = var.subnet_ids
    instance_type   = var.provisioned.instance_type
    security_groups = [aws_security_group.this.id]

    storage_info {
      ebs_storage_info {
        volume_size = var.provisioned.volume_gib
      }
    }
  }

  client_authentication {
    unauthenticated = false

    sasl {
      iam   = true
      scram = false
    }
  }

  configuration_info {
    arn      = aws_msk_configuration.this[0].arn
    revision = aws_msk_configuration.this[0].latest_revision
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = var.kms_key_arn

    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }

  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.this[0].name
      }
    }
  }
}
