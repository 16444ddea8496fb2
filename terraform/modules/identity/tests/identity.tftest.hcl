provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "plan-only"
  secret_key                  = "plan-only"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  name              = "sluice-test"
  account_id        = "111122223333"
  region            = "eu-central-1"
  lake              = { bucket = "the-lake", prefix = "lake" }
  dead_letters      = { bucket = "the-dead-letters", prefix = "dead-letters" }
  kms_key_arns      = ["arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d"]
  oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"
  msk               = { cluster_arn = "arn:aws:kafka:eu-central-1:111122223333:cluster/events/*", topics = ["user-actions"], groups = ["sluice-*"] }
}

run "writer" {
  command = plan

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.files["writer"].policy).Statement : "${s.Effect} ${s.Sid}"] == ["Allow ListDeadLetters", "Allow ListLake", "Allow ReadFiles", "Allow WriteFiles", "Deny NeverReplaceFiles", "Allow AbortProbe", "Deny NeverDeleteFiles"]
    error_message = "the writer has these statements and no other"
  }
  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.files["writer"].policy).Statement[1]) == jsonencode({
      Sid       = "ListLake", Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::the-lake"
      Condition = { StringLikeIfExists = { "s3:prefix" = "lake/*" } }
    })
    error_message = "the writer lists the lake's prefix"
  }
  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.files["writer"].policy).Statement[0]) == jsonencode({
      Sid       = "ListDeadLetters", Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::the-dead-letters"
      Condition = { StringLikeIfExists = { "s3:prefix" = "dead-letters/*" } }
    })
    error_message = "the writer lists the dead letters' prefix"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_iam_role_policy.files["writer"].policy).Statement[2]) == jsonencode({ Sid = "ReadFiles", Effect = "Allow", Action = "s3:GetObject", Resource = ["arn:aws:s3:::the-dead-letters/dead-letters/*", "arn:aws:s3:::the-lake/lake/*"] })
    error_message = "the writer reads below the two prefixes"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_iam_role_policy.files["writer"].policy).Statement[3]) == jsonencode({ Sid = "WriteFiles", Effect = "Allow", Action = ["s3:PutObject"], Resource = ["arn:aws:s3:::the-dead-letters/dead-letters/*", "arn:aws:s3:::the-lake/lake/*"] })
    error_message = "the writer puts below the two prefixes, and tags nothing"
  }
  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.files["writer"].policy).Statement[4]) == jsonencode({
      Sid = "NeverReplaceFiles", Effect = "Deny", Action = "s3:PutObject"
      Resource = ["arn:aws:s3:::the-dead-letters/dead-letters/*.parquet", "arn:aws:s3:::the-dead-letters/dead-letters/*/_manifest-*.json", "arn:aws:s3:::the-dead-letters/dead-letters/*/_delta_log/*.json", "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/*/starts/*", "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/*/contracts/*", "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/*/fields/*", "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/*/proved/*", "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/*/acknowledged/*", "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/probe", "arn:aws:s3:::the-dead-letters/dead-letters/*_current/_versions/*.json",
      "arn:aws:s3:::the-lake/lake/*.parquet", "arn:aws:s3:::the-lake/lake/*/_manifest-*.json", "arn:aws:s3:::the-lake/lake/*/_delta_log/*.json", "arn:aws:s3:::the-lake/lake/_sluice/*/starts/*", "arn:aws:s3:::the-lake/lake/_sluice/*/contracts/*", "arn:aws:s3:::the-lake/lake/_sluice/*/fields/*", "arn:aws:s3:::the-lake/lake/_sluice/*/proved/*", "arn:aws:s3:::the-lake/lake/_sluice/*/acknowledged/*", "arn:aws:s3:::the-lake/lake/_sluice/probe", "arn:aws:s3:::the-lake/lake/*_current/_versions/*.json"]
      Condition = { Null = { "s3:if-none-match" = "true" }, Bool = { "s3:ObjectCreationOperation" = "true" } }
    })
    error_message = "the writer writes files, manifests, starts, contracts and the probe with If-None-Match or not at all"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_iam_role_policy.files["writer"].policy).Statement[5]) == jsonencode({ Sid = "AbortProbe", Effect = "Allow", Action = "s3:AbortMultipartUpload", Resource = ["arn:aws:s3:::the-dead-letters/dead-letters/_sluice/probe", "arn:aws:s3:::the-lake/lake/_sluice/probe"] })
    error_message = "the writer aborts the probe's upload and no other"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_iam_role_policy.files["writer"].policy).Statement[6]) == jsonencode({ Sid = "NeverDeleteFiles", Effect = "Deny", Action = ["s3:DeleteObject", "s3:DeleteObjectVersion"], Resource = ["arn:aws:s3:::the-dead-letters/dead-letters/*", "arn:aws:s3:::the-lake/lake/*"] })
    error_message = "the writer deletes nothing"
  }
  assert {
    condition     = !strcontains(jsonencode([for policy in concat(values(aws_iam_role_policy.files), values(aws_iam_role_policy.keys), values(aws_iam_role_policy.topics)) : [for s in jsondecode(policy.policy).Statement : [s.Action, s.Resource] if s.Effect == "Allow"]]), ":*\"") && !strcontains(jsonencode([for policy in concat(values(aws_iam_role_policy.files), values(aws_iam_role_policy.keys)) : [for s in jsondecode(policy.policy).Statement : s.Resource]]), "\"*\"")
    error_message = "no role has all actions of a service, or all resources"
  }
}

run "tags_by_option" {
  command = plan

  variables {
    object_tags = true
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.files["writer"].policy).Statement[3].Action == ["s3:PutObject", "s3:PutObjectTagging"]
    error_message = "with object_tags the writer tags"
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.files["maintainer"].policy).Statement[3].Action == ["s3:PutObject", "s3:PutObjectTagging"]
    error_message = "with object_tags the maintainer tags"
  }
}

run "maintainer" {
  command = plan

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.files["maintainer"].policy).Statement : "${s.Effect} ${s.Sid}"] == ["Allow ListDeadLetters", "Allow ListLake", "Allow ReadFiles", "Allow WriteFiles", "Deny NeverReplaceFiles", "Allow AbortProbe", "Allow DeleteReplacedFiles", "Allow AskForVersions"]
    error_message = "the maintainer has these statements and no other"
  }
  assert {
    condition     = jsonencode(slice(jsondecode(aws_iam_role_policy.files["maintainer"].policy).Statement, 0, 3)) == jsonencode(slice(jsondecode(aws_iam_role_policy.files["writer"].policy).Statement, 0, 3))
    error_message = "the maintainer lists and reads what the writer does"
  }
  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.files["maintainer"].policy).Statement[3]) == jsonencode({
      Sid = "WriteFiles", Effect = "Allow", Action = ["s3:PutObject"]
      Resource = [
        "arn:aws:s3:::the-dead-letters/dead-letters/*/dead_letter_date=*/part-*.parquet", "arn:aws:s3:::the-lake/lake/*/event_date=*/part-*.parquet",
        "arn:aws:s3:::the-dead-letters/dead-letters/*/dead_letter_date=*/_manifest-*.json", "arn:aws:s3:::the-lake/lake/*/event_date=*/_manifest-*.json",
        "arn:aws:s3:::the-dead-letters/dead-letters/*/dead_letter_date=*/_SUCCESS", "arn:aws:s3:::the-lake/lake/*/event_date=*/_SUCCESS",
        "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/*/replays/*", "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/*/replaying/*", "arn:aws:s3:::the-lake/lake/_sluice/*/contracts/*", "arn:aws:s3:::the-lake/lake/_sluice/*/fields/*",
        "arn:aws:s3:::the-dead-letters/dead-letters/_symlink_format_manifest/*", "arn:aws:s3:::the-lake/lake/_symlink_format_manifest/*",
        "arn:aws:s3:::the-dead-letters/dead-letters/*/_delta_log/*", "arn:aws:s3:::the-lake/lake/*/_delta_log/*",
        "arn:aws:s3:::the-lake/lake/_sluice/*/report*.html",
        "arn:aws:s3:::the-lake/lake/_sluice/*/erasures/*",
        "arn:aws:s3:::the-lake/lake/*_current/bucket-*.parquet", "arn:aws:s3:::the-lake/lake/*_current/_versions/*.json",
        "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/probe", "arn:aws:s3:::the-lake/lake/_sluice/probe",
      ]
    })
    error_message = "the maintainer puts data files, manifests, _SUCCESS, ledger and marks of replays, contracts, lists of live files, logs of Delta, the report, records of erasures, mirrors and the probe, and nothing else"
  }
  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.files["maintainer"].policy).Statement[4]) == jsonencode({
      Sid = "NeverReplaceFiles", Effect = "Deny", Action = "s3:PutObject"
      Resource = [
        "arn:aws:s3:::the-dead-letters/dead-letters/*/dead_letter_date=*/part-*.parquet", "arn:aws:s3:::the-lake/lake/*/event_date=*/part-*.parquet",
        "arn:aws:s3:::the-dead-letters/dead-letters/*/dead_letter_date=*/_manifest-*.json", "arn:aws:s3:::the-lake/lake/*/event_date=*/_manifest-*.json",
        "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/*/replays/*", "arn:aws:s3:::the-lake/lake/_sluice/*/contracts/*", "arn:aws:s3:::the-lake/lake/_sluice/*/fields/*",
        "arn:aws:s3:::the-dead-letters/dead-letters/*/_delta_log/*.json", "arn:aws:s3:::the-dead-letters/dead-letters/*/_delta_log/*.parquet", "arn:aws:s3:::the-lake/lake/*/_delta_log/*.json", "arn:aws:s3:::the-lake/lake/*/_delta_log/*.parquet",
        "arn:aws:s3:::the-lake/lake/*_current/bucket-*.parquet", "arn:aws:s3:::the-lake/lake/*_current/_versions/*.json",
        "arn:aws:s3:::the-dead-letters/dead-letters/_sluice/probe", "arn:aws:s3:::the-lake/lake/_sluice/probe",
      ]
      Condition = { Null = { "s3:if-none-match" = "true" }, Bool = { "s3:ObjectCreationOperation" = "true" } }
    })
    error_message = "the maintainer replaces _SUCCESS, the marks of replays, the report and records of erasures, and nothing else"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_iam_role_policy.files["maintainer"].policy).Statement[5]) == jsonencode({ Sid = "AbortProbe", Effect = "Allow", Action = "s3:AbortMultipartUpload", Resource = ["arn:aws:s3:::the-dead-letters/dead-letters/_sluice/probe", "arn:aws:s3:::the-lake/lake/_sluice/probe"] })
    error_message = "the maintainer aborts the probe's upload and no other"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_iam_role_policy.files["maintainer"].policy).Statement[6]) == jsonencode({ Sid = "DeleteReplacedFiles", Effect = "Allow", Action = "s3:DeleteObject", Resource = ["arn:aws:s3:::the-dead-letters/dead-letters/*/dead_letter_date=*/part-*.parquet", "arn:aws:s3:::the-lake/lake/*/event_date=*/part-*.parquet", "arn:aws:s3:::the-lake/lake/*_current/bucket-*.parquet", "arn:aws:s3:::the-lake/lake/*_current/_versions/*.json"] })
    error_message = "the maintainer deletes data files and what a mirror has replaced, and no version for good"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_iam_role_policy.files["maintainer"].policy).Statement[7]) == jsonencode({ Sid = "AskForVersions", Effect = "Allow", Action = "s3:GetBucketVersioning", Resource = ["arn:aws:s3:::the-dead-letters", "arn:aws:s3:::the-lake"] })
    error_message = "the maintainer asks whether the two buckets keep versions, and no other"
  }
}

run "operator" {
  command = plan

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.files["operator"].policy).Statement : "${s.Effect} ${s.Sid}"] == ["Allow ListDeadLetters", "Allow ListLake", "Allow ReadFiles", "Allow WriteFiles", "Allow DeleteFiles", "Allow ListVersionsAndUploads"]
    error_message = "the operator has these statements and no other"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_iam_role_policy.files["operator"].policy).Statement[4]) == jsonencode({ Sid = "DeleteFiles", Effect = "Allow", Action = ["s3:DeleteObject", "s3:GetObjectVersion", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], Resource = ["arn:aws:s3:::the-dead-letters/dead-letters/*", "arn:aws:s3:::the-lake/lake/*"] })
    error_message = "the operator deletes files below the two prefixes, and no version for good"
  }
}

run "reader" {
  command = plan

  variables {
    athena = {
      workgroup_arn      = "arn:aws:athena:eu-central-1:111122223333:workgroup/sluice"
      glue_arns          = ["arn:aws:glue:eu-central-1:111122223333:catalog", "arn:aws:glue:eu-central-1:111122223333:database/sluice", "arn:aws:glue:eu-central-1:111122223333:table/sluice/*"]
      results_bucket_arn = "arn:aws:s3:::the-results"
    }
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.files["reader"].policy).Statement : s.Sid] == ["ListDeadLetters", "ListLake", "ReadFiles", "RunQueries", "BrowseTables", "ListCatalogsAndWorkgroups", "ReadCatalog", "Results", "ListResults"]
    error_message = "the reader has these statements and no other"
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.files["reader"].policy).Statement : s.Resource if contains(flatten([s.Action]), "s3:PutObject")] == ["arn:aws:s3:::the-results/*"]
    error_message = "the reader writes results of queries and nothing else"
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.files["reader"].policy).Statement[3].Resource == "arn:aws:athena:eu-central-1:111122223333:workgroup/sluice"
    error_message = "the reader queries in one workgroup"
  }
  assert {
    condition     = alltrue([for action in jsondecode(aws_iam_role_policy.files["reader"].policy).Statement[6].Action : can(regex("^glue:(Batch)?Get", action))])
    error_message = "the reader changes nothing in the catalog"
  }
  assert {
    condition = jsonencode(slice(jsondecode(aws_iam_role_policy.files["reader"].policy).Statement, 4, 6)) == jsonencode([
      {
        Sid      = "BrowseTables", Effect = "Allow"
        Action   = ["athena:GetDataCatalog", "athena:ListDatabases", "athena:GetDatabase", "athena:ListTableMetadata", "athena:GetTableMetadata"]
        Resource = "arn:aws:athena:eu-central-1:111122223333:datacatalog/AwsDataCatalog"
      },
      { Sid = "ListCatalogsAndWorkgroups", Effect = "Allow", Action = ["athena:ListDataCatalogs", "athena:ListWorkGroups"], Resource = "*" },
    ])
    error_message = "the reader browses the tables of one catalog, as the console and the drivers do"
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.keys["reader"].policy).Statement[0].Action == ["kms:Decrypt"] && jsondecode(aws_iam_role_policy.keys["reader"].policy).Statement[1].Condition.StringLike["kms:EncryptionContext:aws:s3:arn"] == ["arn:aws:s3:::the-results", "arn:aws:s3:::the-results/*"]
    error_message = "the reader encrypts results of queries and nothing else"
  }
}

run "keys" {
  command = plan

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.keys["writer"].policy).Statement) == jsonencode([{
      Sid      = "Keys", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = ["arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d"]
      Condition = {
        StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" }
        StringLike   = { "kms:EncryptionContext:aws:s3:arn" = ["arn:aws:s3:::the-dead-letters", "arn:aws:s3:::the-dead-letters/*", "arn:aws:s3:::the-lake", "arn:aws:s3:::the-lake/*"] }
      }
    }])
    error_message = "the writer uses one key, through S3, for the two buckets"
  }
  assert {
    condition     = aws_iam_role_policy.keys["maintainer"].policy == aws_iam_role_policy.keys["writer"].policy
    error_message = "the maintainer uses the key as the writer does"
  }
}

run "no_keys" {
  command = plan

  variables {
    kms_key_arns = []
  }

  assert {
    condition     = length(aws_iam_role_policy.keys) == 0
    error_message = "with SSE-S3 no role has rights to a key"
  }
}

run "topics" {
  command = plan

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.topics["writer"].policy).Statement) == jsonencode([
      { Sid = "Connect", Effect = "Allow", Action = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"], Resource = "arn:aws:kafka:eu-central-1:111122223333:cluster/events/*" },
      { Sid = "ReadTopics", Effect = "Allow", Action = ["kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration", "kafka-cluster:ReadData"], Resource = ["arn:aws:kafka:eu-central-1:111122223333:topic/events/*/user-actions"] },
      { Sid = "Groups", Effect = "Allow", Action = ["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"], Resource = ["arn:aws:kafka:eu-central-1:111122223333:group/events/*/sluice-*"] },
    ])
    error_message = "the writer reads the named topics with the named groups, and writes to none"
  }
  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.topics["operator"].policy).Statement) == jsonencode(concat(jsondecode(aws_iam_role_policy.topics["writer"].policy).Statement, [{
      Sid      = "MakeTopics", Effect = "Allow"
      Action   = ["kafka-cluster:CreateTopic", "kafka-cluster:AlterTopic", "kafka-cluster:DescribeTopicDynamicConfiguration", "kafka-cluster:AlterTopicDynamicConfiguration"]
      Resource = ["arn:aws:kafka:eu-central-1:111122223333:topic/events/*/user-actions"]
    }]))
    error_message = "the operator makes and sets the named topics, and deletes none"
  }
  assert {
    condition     = aws_iam_role_policy.topics["maintainer"].policy == aws_iam_role_policy.topics["writer"].policy
    error_message = "the maintainer reads what the writer reads"
  }
  assert {
    condition     = toset(keys(aws_iam_role_policy.topics)) == toset(["maintainer", "operator", "writer"])
    error_message = "writer, maintainer and operator read Kafka, the reader does not"
  }
}

run "no_topics" {
  command = plan

  variables {
    msk = null
  }

  assert {
    condition     = length(aws_iam_role_policy.topics) == 0
    error_message = "without MSK no role has rights to Kafka"
  }
}

run "trust_irsa" {
  command = plan

  variables {
    operator_principals = ["arn:aws:iam::111122223333:role/data-platform"]
    service_accounts    = { writer = ["sluice", "sluice-backfill"], maintainer = [], reader = [] }
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role.this["writer"].assume_role_policy).Statement) == jsonencode([{
      Sid       = "ServiceAccounts", Effect = "Allow", Action = ["sts:AssumeRoleWithWebIdentity"]
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE" }
      Condition = { StringEquals = {
        "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE:aud" = ["sts.amazonaws.com"]
        "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE:sub" = ["system:serviceaccount:sluice:sluice", "system:serviceaccount:sluice:sluice-backfill"]
      } }
    }])
    error_message = "with IRSA the writer's service accounts become the writer, by audience, namespace and name"
  }
  assert {
    condition     = jsonencode(jsondecode(aws_iam_role.this["operator"].assume_role_policy).Statement[1]) == jsonencode({ Sid = "Principals", Effect = "Allow", Principal = { AWS = ["arn:aws:iam::111122223333:role/data-platform"] }, Action = "sts:AssumeRole" })
    error_message = "people become the operator by name"
  }
  assert {
    condition     = toset(keys(aws_iam_role.this)) == toset(["operator", "writer"]) && length(aws_eks_pod_identity_association.this) == 0
    error_message = "a role that nobody may become is not made"
  }
  assert {
    condition     = output.role_arns["writer"] == "arn:aws:iam::111122223333:role/sluice-test-writer" && output.service_accounts["writer"] == ["sluice/sluice", "sluice/sluice-backfill"]
    error_message = "outputs name the roles and their service accounts"
  }
}

run "trust_pod_identity" {
  command = plan

  variables {
    trust             = "pod_identity"
    oidc_provider_arn = null
    cluster_name      = "events"
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role.this["writer"].assume_role_policy).Statement) == jsonencode([{
      Sid       = "ServiceAccounts", Effect = "Allow", Action = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "pods.eks.amazonaws.com" }
      Condition = { StringEquals = {
        "aws:RequestTag/eks-cluster-name"           = ["events"]
        "aws:RequestTag/kubernetes-namespace"       = ["sluice"]
        "aws:RequestTag/kubernetes-service-account" = ["sluice"]
      } }
    }])
    error_message = "with Pod Identity the writer's service accounts become the writer, by cluster, namespace and name"
  }
  assert {
    condition     = toset([for a in values(aws_eks_pod_identity_association.this) : "${a.cluster_name} ${a.namespace} ${a.service_account}"]) == toset(["events sluice sluice", "events sluice sluice-maintainer", "events sluice sluice-operator", "events sluice sluice-reader"])
    error_message = "with Pod Identity each service account has its association"
  }
}

run "boundary" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
    path                     = "/sluice/"
  }

  assert {
    condition     = alltrue([for role in values(aws_iam_role.this) : role.permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"]) && length(aws_iam_role.this) == 4
    error_message = "every role has the boundary"
  }
  assert {
    condition     = output.permissions_boundary_arn == "arn:aws:iam::111122223333:policy/boundary"
    error_message = "the output names the boundary"
  }
  assert {
    condition     = output.role_arns["reader"] == "arn:aws:iam::111122223333:role/sluice/sluice-test-reader" && aws_iam_role.this["reader"].path == "/sluice/"
    error_message = "ARNs have the path"
  }
}

run "further_policies" {
  command = plan

  variables {
    writer_policies  = { state = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
    service_accounts = { secrets = ["sluice-secrets"] }
    secrets_policy   = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"One\"}]}"
  }

  assert {
    condition     = aws_iam_role_policy.further["state"].role == "sluice-test-writer"
    error_message = "further policies are the writer's"
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.secrets["secrets"].policy).Statement[0].Sid == "One" && strcontains(aws_iam_role.this["secrets"].assume_role_policy, "system:serviceaccount:sluice:sluice-secrets")
    error_message = "the role for secrets has the policy that is given, for a service account of its own"
  }
}

run "no_tables" {
  command = plan

  assert {
    condition     = length(aws_iam_role_policy.tables) == 0
    error_message = "where nothing follows no role has rights to a catalog"
  }
}

run "tables_in_glue" {
  command = plan

  variables {
    tables = { glue_database = "sluice_test_live", iceberg_database = "sluice_test_iceberg", metadata = { bucket = "the-metadata", prefix = "iceberg" } }
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.tables["writer"].policy).Statement) == jsonencode([
      {
        Sid = "FollowInGlue", Effect = "Allow"
        Action = [
          "glue:GetDatabase", "glue:GetTable", "glue:CreateTable", "glue:UpdateTable", "glue:GetPartitions", "glue:BatchGetPartition",
          "glue:BatchCreatePartition", "glue:BatchUpdatePartition", "glue:UpdatePartition", "glue:BatchDeletePartition", "glue:DeletePartition",
        ]
        Resource = ["arn:aws:glue:eu-central-1:111122223333:catalog", "arn:aws:glue:eu-central-1:111122223333:database/sluice_test_live", "arn:aws:glue:eu-central-1:111122223333:table/sluice_test_live/*"]
      },
      {
        Sid      = "CommitInGlue", Effect = "Allow", Action = ["glue:GetDatabase", "glue:GetTable", "glue:CreateTable", "glue:UpdateTable"]
        Resource = ["arn:aws:glue:eu-central-1:111122223333:catalog", "arn:aws:glue:eu-central-1:111122223333:database/sluice_test_iceberg", "arn:aws:glue:eu-central-1:111122223333:table/sluice_test_iceberg/*"]
      },
      { Sid = "WriteMetadata", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"], Resource = "arn:aws:s3:::the-metadata/iceberg/*" },
      { Sid = "ListMetadata", Effect = "Allow", Action = "s3:ListBucket", Resource = "arn:aws:s3:::the-metadata", Condition = { StringLikeIfExists = { "s3:prefix" = "iceberg/*" } } },
    ])
    error_message = "the writer makes and changes tables of two databases, and writes metadata in one place"
  }
  assert {
    condition     = aws_iam_role_policy.tables["maintainer"].policy == aws_iam_role_policy.tables["writer"].policy
    error_message = "the maintainer follows as the writer does"
  }
  assert {
    condition     = jsonencode(slice(jsondecode(aws_iam_role_policy.tables["operator"].policy).Statement, 0, 4)) == jsonencode(jsondecode(aws_iam_role_policy.tables["writer"].policy).Statement) && [for s in slice(jsondecode(aws_iam_role_policy.tables["operator"].policy).Statement, 4, length(jsondecode(aws_iam_role_policy.tables["operator"].policy).Statement)) : s.Action] == ["glue:DeleteTable"]
    error_message = "the operator drops tables in Glue besides, and no database"
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.tables["reader"].policy).Statement : s.Sid] == ["ReadTablesInGlue", "ReadMetadata"] && alltrue([for action in flatten([for s in jsondecode(aws_iam_role_policy.tables["reader"].policy).Statement : s.Action]) : can(regex("^(glue:(Batch)?Get|s3:GetObject$)", action))])
    error_message = "the reader reads tables and metadata and changes nothing"
  }
  assert {
    condition     = contains(jsondecode(aws_iam_role_policy.keys["writer"].policy).Statement[0].Condition.StringLike["kms:EncryptionContext:aws:s3:arn"], "arn:aws:s3:::the-metadata/*") && length(jsondecode(aws_iam_role_policy.keys["writer"].policy).Statement) == 1
    error_message = "the key may be used for metadata in another bucket"
  }
  # IAM takes 10 240 characters of a role's inline policies, the state module's among them.
  assert {
    condition     = length(join("", [for policy in [aws_iam_role_policy.files["writer"], aws_iam_role_policy.keys["writer"], aws_iam_role_policy.topics["writer"], aws_iam_role_policy.tables["writer"]] : policy.policy])) < 8000
    error_message = "the writer's policies leave room for those of its state"
  }
}

run "tables_in_s3_tables" {
  command = plan

  variables {
    tables = { table_bucket = { arn = "arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test", namespace = "sluice_test" } }
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.tables["writer"].policy).Statement) == jsonencode([
      { Sid = "FindTables", Effect = "Allow", Action = ["s3tables:GetTableBucket", "s3tables:ListNamespaces"], Resource = "arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test" },
      {
        Sid       = "MakeTables", Effect = "Allow", Action = ["s3tables:GetNamespace", "s3tables:ListTables", "s3tables:CreateTable"]
        Resource  = "arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test"
        Condition = { StringEquals = { "s3tables:namespace" = "sluice_test" } }
      },
      {
        Sid       = "CommitToTables", Effect = "Allow", Action = ["s3tables:GetTable", "s3tables:GetTableMetadataLocation", "s3tables:GetTableData", "s3tables:UpdateTableMetadataLocation", "s3tables:PutTableData"]
        Resource  = "arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test/table/*"
        Condition = { StringEquals = { "s3tables:namespace" = "sluice_test" } }
      },
    ])
    error_message = "the writer makes and changes tables of one namespace of one bucket"
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.tables["operator"].policy).Statement[3].Action == ["s3tables:DeleteTable", "s3tables:GetTableMaintenanceConfiguration", "s3tables:PutTableMaintenanceConfiguration"]
    error_message = "the operator drops tables of S3 Tables besides, and says what S3 does to them"
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.tables["reader"].policy).Statement : s.Sid] == ["FindTables", "ListTables", "ReadTables"] && alltrue([for action in flatten([for s in jsondecode(aws_iam_role_policy.tables["reader"].policy).Statement : s.Action]) : can(regex("^s3tables:(Get|List)", action))])
    error_message = "the reader finds and reads tables and changes nothing"
  }
  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.keys["reader"].policy).Statement[1]) == jsonencode({
      Sid       = "KeysOfTables", Effect = "Allow", Action = ["kms:Decrypt"], Resource = ["arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d"]
      Condition = { StringLike = { "kms:EncryptionContext:aws:s3:arn" = "arn:aws:s3tables:eu-central-1:111122223333:bucket/sluice-test/*" } }
    })
    error_message = "the key may be used for the bucket of tables, to read by the reader"
  }
}
