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
  name         = "sluice-test"
  contract     = "../../../pipeline/src/main/resources/io/sluice/contract/user-actions.yaml"
  lake         = "s3://lake-bucket/lake"
  dead_letters = "s3://dead-bucket/dead"
}

run "columns_of_the_default_contract" {
  command = plan

  assert {
    condition     = jsonencode(output.columns) == jsonencode(jsondecode(file("tests/user-actions.columns.json")))
    error_message = "columns of user-actions.yaml: ${jsonencode(output.columns)}"
  }
}

run "columns_of_every_type" {
  command = plan

  variables {
    contract = "tests/every-type.yaml"
  }

  assert {
    condition     = jsonencode(output.columns) == jsonencode(jsondecode(file("tests/every-type.columns.json")))
    error_message = "columns of every-type.yaml: ${jsonencode(output.columns)}"
  }
}
