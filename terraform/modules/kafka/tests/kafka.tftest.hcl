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
  name               = "sluice-test"
  vpc_id             = "vpc-0123456789abcdef0"
  subnet_ids         = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"]
  client_cidr_blocks = ["10.0.0.0/16"]
}

run "serverless_by_iam" {
  command = plan

  assert {
    condition     = length(aws_msk_serverless_cluster.this) == 1 && length(aws_msk_cluster.this) == 0 && length(aws_msk_configuration.this) == 0 && length(aws_cloudwatch_log_group.this) == 0
    error_message = "one serverless cluster and nothing of a provisioned one"
  }

  assert {
    condition     = aws_msk_serverless_cluster.this[0].cluster_name == "sluice-test" && aws_msk_serverless_cluster.this[0].client_authentication[0].sasl[0].iam[0].enabled
    error_message = "clients are known by IAM"
  }

  assert {
    condition     = aws_msk_serverless_cluster.this[0].vpc_config[0].subnet_ids == var.subnet_ids
    error_message = "brokers stand in the subnets"
  }

  assert {
    condition     = { for block, rule in aws_vpc_security_group_ingress_rule.iam : block => "${rule.cidr_ipv4} ${rule.ip_protocol} ${rule.from_port}-${rule.to_port}" } == { "10.0.0.0/16" = "10.0.0.0/16 tcp 9098-9098" }
    error_message = "only the port of IAM over TLS, only from the clients"
  }

  assert {
    condition     = output.cluster_arn_pattern == "arn:aws:kafka:eu-central-1:111122223333:cluster/sluice-test/*"
    error_message = "roles would name another cluster"
  }

  assert {
    condition = split("\n", trimspace(output.client_properties)) == tolist([
      "security.protocol=SASL_SSL",
      "sasl.mechanism=AWS_MSK_IAM",
      "sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule required;",
      "sasl.client.callback.handler.class=software.amazon.msk.auth.iam.IAMClientCallbackHandler",
    ])
    error_message = "clients would not use IAM and TLS"
  }
}

run "provisioned_by_iam_and_tls" {
  command = plan

  variables {
    type        = "provisioned"
    provisioned = { brokers = 6, volume_gib = 100, instance_type = "kafka.m7g.xlarge" }
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000"
    log_days    = 7
  }

  assert {
    condition     = length(aws_msk_serverless_cluster.this) == 0 && length(aws_msk_cluster.this) == 1
    error_message = "one provisioned cluster and no serverless one"
  }

  assert {
    condition     = aws_msk_cluster.this[0].client_authentication[0].sasl[0].iam && !aws_msk_cluster.this[0].client_authentication[0].sasl[0].scram && !aws_msk_cluster.this[0].client_authentication[0].unauthenticated
    error_message = "clients are known by IAM and in no other way"
  }

  assert {
    condition     = aws_msk_cluster.this[0].encryption_info[0].encryption_in_transit[0].client_broker == "TLS" && aws_msk_cluster.this[0].encryption_info[0].encryption_in_transit[0].in_cluster
    error_message = "nothing crosses the network in plain text"
  }

  assert {
    condition     = aws_msk_cluster.this[0].encryption_info[0].encryption_at_rest_kms_key_arn == var.kms_key_arn
    error_message = "the key encrypts the volumes"
  }

  assert {
    condition     = aws_msk_cluster.this[0].number_of_broker_nodes == 6 && aws_msk_cluster.this[0].kafka_version == "3.9.x.kraft" && aws_msk_cluster.this[0].broker_node_group_info[0].instance_type == "kafka.m7g.xlarge" && aws_msk_cluster.this[0].broker_node_group_info[0].storage_info[0].ebs_storage_info[0].volume_size == 100
    error_message = "the cluster has the size that was asked for"
  }

  assert {
    condition     = aws_msk_cluster.this[0].broker_node_group_info[0].client_subnets == var.subnet_ids
    error_message = "provisioned brokers stand in the subnets"
  }

  assert {
    condition = split("\n", trimspace(aws_msk_configuration.this[0].server_properties)) == tolist([
      "auto.create.topics.enable=false",
      "default.replication.factor=3",
      "min.insync.replicas=2",
      "unclean.leader.election.enable=false",
    ])
    error_message = "brokers have other properties"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this[0].retention_in_days == 7 && aws_msk_cluster.this[0].logging_info[0].broker_logs[0].cloudwatch_logs[0].enabled && aws_msk_cluster.this[0].logging_info[0].broker_logs[0].cloudwatch_logs[0].log_group == "/sluice/sluice-test/kafka"
    error_message = "brokers' logs are kept"
  }
}

# What only AWS knows is made up here; apply calls nobody, the provider is mocked.
run "outputs_of_serverless" {
  command = apply

  override_resource {
    target = aws_msk_serverless_cluster.this
    values = {
      arn                        = "arn:aws:kafka:eu-central-1:111122223333:cluster/sluice-test/a-s1"
      bootstrap_brokers_sasl_iam = "boot-a.c1.kafka-serverless.eu-central-1.amazonaws.com:9098"
    }
  }

  assert {
    condition     = output.bootstrap_servers == "boot-a.c1.kafka-serverless.eu-central-1.amazonaws.com:9098" && output.cluster_arn == "arn:aws:kafka:eu-central-1:111122223333:cluster/sluice-test/a-s1"
    error_message = "brokers of the serverless cluster"
  }
}

run "outputs_of_provisioned" {
  command = apply

  variables {
    type = "provisioned"
  }

  override_resource {
    target = aws_msk_cluster.this
    values = {
      arn                        = "arn:aws:kafka:eu-central-1:111122223333:cluster/sluice-test/b-7"
      bootstrap_brokers          = "b-1.plain:9092"
      bootstrap_brokers_tls      = "b-1.tls:9094"
      bootstrap_brokers_sasl_iam = "b-1.iam:9098,b-2.iam:9098"
    }
  }

  assert {
    condition     = output.bootstrap_servers == "b-1.iam:9098,b-2.iam:9098" && output.cluster_arn == "arn:aws:kafka:eu-central-1:111122223333:cluster/sluice-test/b-7"
    error_message = "brokers of the provisioned cluster"
  }
}

run "refuses_a_name" {
  command = plan

  variables {
    name = "1-sluice"
  }

  expect_failures = [var.name]
}

run "refuses_a_type" {
  command = plan

  variables {
    type = "express"
  }

  expect_failures = [var.type]
}

run "refuses_a_vpc" {
  command = plan

  variables {
    vpc_id = "main"
  }

  expect_failures = [var.vpc_id]
}

run "refuses_a_single_subnet" {
  command = plan

  variables {
    subnet_ids = ["subnet-0123456789abcdef0"]
  }

  expect_failures = [var.subnet_ids]
}

run "refuses_the_whole_internet" {
  command = plan

  variables {
    client_cidr_blocks = ["10.0.0.0/16", "0.0.0.0/0"]
  }

  expect_failures = [var.client_cidr_blocks]
}

run "refuses_brokers_that_zones_cannot_share" {
  command = plan

  variables {
    type        = "provisioned"
    provisioned = { brokers = 4 }
  }

  expect_failures = [var.provisioned]
}

run "refuses_an_instance_type" {
  command = plan

  variables {
    provisioned = { instance_type = "express.m7g.large" }
  }

  expect_failures = [var.provisioned]
}

run "refuses_a_kafka_version" {
  command = plan

  variables {
    provisioned = { kafka_version = "latest" }
  }

  expect_failures = [var.provisioned]
}

run "refuses_a_volume" {
  command = plan

  variables {
    provisioned = { volume_gib = 0 }
  }

  expect_failures = [var.provisioned]
}

run "refuses_log_days" {
  command = plan

  variables {
    log_days = 31
  }

  expect_failures = [var.log_days]
}

run "refuses_the_alias_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "alias/kafka"
  }

  expect_failures = [var.kms_key_arn]
}
