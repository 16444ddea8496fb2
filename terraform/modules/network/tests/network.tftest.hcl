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
  route_table_ids    = ["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"]
  subnet_ids         = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  client_cidr_blocks = ["10.0.0.0/16"]
  buckets            = ["lake-bucket", "state-bucket"]
}

run "s3_is_reached_through_the_gateway_and_only_what_is_named" {
  command = plan

  variables {
    readable_buckets = ["al2023-repos-eu-central-1-de612dc2"]
  }

  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.s3.service_name == "com.amazonaws.eu-central-1.s3" && aws_vpc_endpoint.s3.vpc_id == var.vpc_id
    error_message = "a gateway endpoint costs nothing"
  }

  assert {
    condition     = aws_vpc_endpoint.s3.route_table_ids == toset(["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"])
    error_message = "each route table leads to it"
  }

  assert {
    condition = jsonencode(jsondecode(aws_vpc_endpoint.s3.policy).Statement) == jsonencode([
      {
        Sid       = "OwnBuckets"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::lake-bucket", "arn:aws:s3:::lake-bucket/*", "arn:aws:s3:::state-bucket", "arn:aws:s3:::state-bucket/*"]
        Condition = { StringEquals = { "aws:PrincipalAccount" = "111122223333" } }
      },
      {
        Sid       = "ReadOthersBuckets"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = ["arn:aws:s3:::al2023-repos-eu-central-1-de612dc2/*", "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"]
      },
    ])
    error_message = "the endpoint of S3 lets more through, or less"
  }
}

run "services_are_reached_by_https_inside_the_vpc" {
  command = plan

  assert {
    condition = { for service, endpoint in aws_vpc_endpoint.interface : service => "${endpoint.vpc_endpoint_type} ${endpoint.service_name} ${endpoint.private_dns_enabled}" } == {
      kms            = "Interface com.amazonaws.eu-central-1.kms true"
      secretsmanager = "Interface com.amazonaws.eu-central-1.secretsmanager true"
      sts            = "Interface com.amazonaws.eu-central-1.sts true"
    }
    error_message = "each service has an endpoint, which its usual name leads to"
  }

  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.subnet_ids == var.subnet_ids])
    error_message = "an endpoint stands in each zone"
  }

  assert {
    condition     = { for block, rule in aws_vpc_security_group_ingress_rule.https : block => "${rule.cidr_ipv4} ${rule.ip_protocol} ${rule.from_port}-${rule.to_port}" } == { "10.0.0.0/16" = "10.0.0.0/16 tcp 443-443" }
    error_message = "only HTTPS, only from the clients"
  }

  assert {
    condition = alltrue([for service in ["kms", "secretsmanager"] : jsonencode(jsondecode(aws_vpc_endpoint.interface[service].policy).Statement) == jsonencode([{
      Sid       = "OwnAccount"
      Effect    = "Allow"
      Principal = "*"
      Action    = "${service}:*"
      Resource  = "*"
      Condition = { StringEquals = { "aws:PrincipalAccount" = "111122223333" } }
    }])])
    error_message = "only this account's identities pass"
  }

  assert {
    condition = jsonencode(jsondecode(aws_vpc_endpoint.interface["sts"].policy).Statement) == jsonencode([
      {
        Sid       = "OwnAccount"
        Effect    = "Allow"
        Principal = "*"
        Action    = "sts:*"
        Resource  = "*"
        Condition = { StringEquals = { "aws:PrincipalAccount" = "111122223333" } }
      },
      {
        Sid       = "OwnRolesByToken"
        Effect    = "Allow"
        Principal = "*"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Resource  = "arn:aws:iam::111122223333:role/*"
      },
    ])
    error_message = "pods get this account's roles and no other"
  }
}

run "interface_endpoints_may_be_left_out" {
  command = plan

  variables {
    interface_services = []
    subnet_ids         = []
    client_cidr_blocks = []
  }

  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0 && length(aws_security_group.this) == 0 && length(aws_vpc_security_group_ingress_rule.https) == 0
    error_message = "nothing is left that costs by the hour"
  }

  assert {
    condition     = output.security_group_id == null
    error_message = "there is no security group to name"
  }
}

run "refuses_a_name" {
  command = plan

  variables {
    name = "s"
  }

  expect_failures = [var.name]
}

run "refuses_a_vpc" {
  command = plan

  variables {
    vpc_id = "main"
  }

  expect_failures = [var.vpc_id]
}

run "refuses_no_route_table" {
  command = plan

  variables {
    route_table_ids = []
  }

  expect_failures = [var.route_table_ids]
}

run "refuses_a_subnet" {
  command = plan

  variables {
    subnet_ids = ["10.0.1.0/24"]
  }

  expect_failures = [var.subnet_ids]
}

run "refuses_endpoints_without_a_subnet" {
  command = plan

  variables {
    subnet_ids = []
  }

  expect_failures = [var.subnet_ids]
}

run "refuses_another_service" {
  command = plan

  variables {
    interface_services = ["kms", "ec2"]
  }

  # Whose policy the module does not know.
  expect_failures = [var.interface_services]
}

run "refuses_the_whole_internet" {
  command = plan

  variables {
    client_cidr_blocks = ["0.0.0.0/0"]
  }

  expect_failures = [var.client_cidr_blocks]
}

run "refuses_endpoints_without_a_client" {
  command = plan

  variables {
    client_cidr_blocks = []
  }

  expect_failures = [var.client_cidr_blocks]
}

run "refuses_no_bucket" {
  command = plan

  variables {
    buckets = []
  }

  expect_failures = [var.buckets]
}

run "refuses_every_bucket" {
  command = plan

  variables {
    readable_buckets = ["a****"]
  }

  expect_failures = [var.readable_buckets]
}
