locals {
  stores = {
    lake         = { arn = "arn:${var.partition}:s3:::${var.lake.bucket}", root = var.lake.prefix == "" ? "" : "${var.lake.prefix}/" }
    dead_letters = { arn = "arn:${var.partition}:s3:::${var.dead_letters.bucket}", root = var.dead_letters.prefix == "" ? "" : "${var.dead_letters.prefix}/" }
  }
  objects = [for store in values(local.stores) : "${store.arn}/${store.root}*"]
  probes  = [for store in values(local.stores) : "${store.arn}/${store.root}_sluice/probe"]

  # By the column of dates, which is a folder: what stands below `_sluice/` is no data file, whatever its name.
  dates      = { for kind, store in local.stores : kind => "${store.arn}/${store.root}*/${kind == "lake" ? "event_date" : "dead_letter_date"}=*" }
  data_files = [for date in values(local.dates) : "${date}/part-*.parquet"]
  manifests  = [for date in values(local.dates) : "${date}/_manifest-*.json"]
  success    = [for date in values(local.dates) : "${date}/_SUCCESS"]
  replays    = ["${local.stores.dead_letters.arn}/${local.stores.dead_letters.root}_sluice/*/replays/*"]
  replaying  = ["${local.stores.dead_letters.arn}/${local.stores.dead_letters.root}_sluice/*/replaying/*"]
  # A replay may write rows of a new one, and gives numbers to its new columns.
  contracts = [for folder in ["contracts", "fields"] : "${local.stores.lake.arn}/${local.stores.lake.root}_sluice/*/${folder}/*"]
  lists     = [for store in values(local.stores) : "${store.arn}/${store.root}_symlink_format_manifest/*"]
  # Of tables of Delta: commits and checkpoints, and the object that says which checkpoint is the last.
  delta      = [for store in values(local.stores) : "${store.arn}/${store.root}*/_delta_log/*"]
  delta_once = flatten([for store in values(local.stores) : ["${store.arn}/${store.root}*/_delta_log/*.json", "${store.arn}/${store.root}*/_delta_log/*.parquet"]])
  # What erasures have done, which each of them writes again while it goes on.
  erasures = ["${local.stores.lake.arn}/${local.stores.lake.root}_sluice/*/erasures/*"]
  report   = ["${local.stores.lake.arn}/${local.stores.lake.root}_sluice/*/report*.html"]
  # The current rows of a table, TABLE_current: files of its buckets, and versions, each an object that never changes.
  mirrors = [for name in ["bucket-*.parquet", "_versions/*.json"] : "${local.stores.lake.arn}/${local.stores.lake.root}*_current/${name}"]

  put = var.object_tags ? ["s3:PutObject", "s3:PutObjectTagging"] : ["s3:PutObject"]

  # ObjectCreationOperation exempts CreateMultipartUpload and UploadPart, which take no condition.
  without_condition = {
    Null = { "s3:if-none-match" = "true" }
    Bool = { "s3:ObjectCreationOperation" = "true" }
  }

  # IfExists, because a run asks with HeadObject whether a file is there, and earlier versions began with HeadBucket: neither has a prefix, and both are
  # answered with 403 unless ListBucket is allowed without one.
  list = [for kind, store in local.stores : {
    Sid       = kind == "lake" ? "ListLake" : "ListDeadLetters"
    Effect    = "Allow"
    Action    = "s3:ListBucket"
    Resource  = store.arn
    Condition = { StringLikeIfExists = { "s3:prefix" = "${store.root}*" } }
  }]
  read = [{
    Sid      = "ReadFiles"
    Effect   = "Allow"
    Action   = "s3:GetObject"
    Resource = local.objects
  }]

  files = {
    writer = concat(local.list, local.read, [
      {
        Sid      = "WriteFiles"
        Effect   = "Allow"
        Action   = local.put
        Resource = local.objects
      },
      # A file is written under a name that is free, or not at all.
      {
        Sid    = "NeverReplaceFiles"
        Effect = "Deny"
        Action = "s3:PutObject"
        Resource = flatten([for store in values(local.stores) : [
          "${store.arn}/${store.root}*.parquet", "${store.arn}/${store.root}*/_manifest-*.json", "${store.arn}/${store.root}*/_delta_log/*.json",
          "${store.arn}/${store.root}_sluice/*/starts/*", "${store.arn}/${store.root}_sluice/*/contracts/*", "${store.arn}/${store.root}_sluice/*/fields/*", "${store.arn}/${store.root}_sluice/*/proved/*", "${store.arn}/${store.root}_sluice/*/acknowledged/*", "${store.arn}/${store.root}_sluice/probe", "${store.arn}/${store.root}*_current/_versions/*.json",
        ]])
        Condition = local.without_condition
      },
      # Another task may still complete an upload. The probe of a start aborts its own, which nobody else knows of.
      {
        Sid      = "AbortProbe"
        Effect   = "Allow"
        Action   = "s3:AbortMultipartUpload"
        Resource = local.probes
      },
      # Said once more: the writer has other policies too, which may delete Flink's state.
      {
        Sid      = "NeverDeleteFiles"
        Effect   = "Deny"
        Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
        Resource = local.objects
      },
    ])
    maintainer = concat(local.list, local.read, [
      {
        Sid      = "WriteFiles"
        Effect   = "Allow"
        Action   = local.put
        Resource = concat(local.data_files, local.manifests, local.success, local.replays, local.replaying, local.contracts, local.lists, local.delta, local.report, local.erasures, local.mirrors, local.probes)
      },
      # All of these but `_SUCCESS`, which names the newest manifest, the mark of a replay, which says whether it has ended, lists of live files, the name of a log's last checkpoint, the report, and the records of erasures.
      {
        Sid       = "NeverReplaceFiles"
        Effect    = "Deny"
        Action    = "s3:PutObject"
        Resource  = concat(local.data_files, local.manifests, local.replays, local.contracts, local.delta_once, local.mirrors, local.probes)
        Condition = local.without_condition
      },
      {
        Sid      = "AbortProbe"
        Effect   = "Allow"
        Action   = "s3:AbortMultipartUpload"
        Resource = local.probes
      },
      # Not DeleteObjectVersion: what a compaction deletes can be restored while the bucket keeps noncurrent versions.
      {
        Sid      = "DeleteReplacedFiles"
        Effect   = "Allow"
        Action   = "s3:DeleteObject"
        Resource = concat(local.data_files, local.mirrors)
      },
      # An erasure says whether earlier versions still hold what it has deleted.
      {
        Sid      = "AskForVersions"
        Effect   = "Allow"
        Action   = "s3:GetBucketVersioning"
        Resource = [for store in values(local.stores) : store.arn]
      },
    ])
    operator = concat(local.list, local.read, [
      {
        Sid      = "WriteFiles"
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:PutObjectTagging"]
        Resource = local.objects
      },
      # Not DeleteObjectVersion: what an operator deletes can be restored while the bucket keeps noncurrent versions.
      {
        Sid      = "DeleteFiles"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObjectVersion", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        Resource = local.objects
      },
      {
        Sid      = "ListVersionsAndUploads"
        Effect   = "Allow"
        Action   = ["s3:ListBucketVersions", "s3:ListBucketMultipartUploads"]
        Resource = [for store in values(local.stores) : store.arn]
      },
    ])
    reader = concat(local.list, local.read, local.athena)
  }

  # Tables that follow. Rights to Glue are asked for on the catalog, the database and the table, each; so what stands here is of these databases alone.
  glue     = "arn:${var.partition}:glue:${var.region}:${var.account_id}"
  live     = flatten([for name in var.tables.glue_database[*] : ["${local.glue}:catalog", "${local.glue}:database/${name}", "${local.glue}:table/${name}/*"]])
  iceberg  = flatten([for name in var.tables.iceberg_database[*] : ["${local.glue}:catalog", "${local.glue}:database/${name}", "${local.glue}:table/${name}/*"]])
  metadata = [for place in var.tables.metadata[*] : { arn = "arn:${var.partition}:s3:::${place.bucket}", files = "arn:${var.partition}:s3:::${place.bucket}/${place.prefix}/*", prefix = "${place.prefix}/*" }]

  # A table's ARN ends in a number that S3 gives it, so its namespace is a condition.
  s3tables = [for place in var.tables.table_bucket[*] : {
    bucket    = place.arn
    tables    = "${place.arn}/table/*"
    condition = { StringEquals = { "s3tables:namespace" = place.namespace } }
  }]

  # What pipeline/glue asks for; BatchUpdatePartition and BatchDeletePartition stand for UpdatePartition and DeletePartition.
  follow = flatten([
    [for arns in [local.live] : {
      Sid    = "FollowInGlue"
      Effect = "Allow"
      Action = [
        "glue:GetDatabase", "glue:GetTable", "glue:CreateTable", "glue:UpdateTable", "glue:GetPartitions", "glue:BatchGetPartition",
        "glue:BatchCreatePartition", "glue:BatchUpdatePartition", "glue:UpdatePartition", "glue:BatchDeletePartition", "glue:DeletePartition",
      ]
      Resource = arns
    } if length(arns) > 0],
    # What Iceberg's GlueCatalog asks for where the database is there. Not DeleteTable: nobody drops a table but people.
    [for arns in [local.iceberg] : {
      Sid      = "CommitInGlue"
      Effect   = "Allow"
      Action   = ["glue:GetDatabase", "glue:GetTable", "glue:CreateTable", "glue:UpdateTable"]
      Resource = arns
    } if length(arns) > 0],
    # A commit takes away the oldest `*.metadata.json`, and its own lists where it was refused; `sluice maintain` takes what has expired. The
    # files of rows are the lake's, elsewhere.
    [for place in local.metadata : [
      {
        Sid      = "WriteMetadata"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
        Resource = place.files
      },
      {
        Sid       = "ListMetadata"
        Effect    = "Allow"
        Action    = "s3:ListBucket"
        Resource  = place.arn
        Condition = { StringLikeIfExists = { "s3:prefix" = place.prefix } }
      },
    ]],
    # What the REST endpoint of S3 Tables asks for, operation by operation. Not DeleteTable, RenameTable, nor anything of policies and maintenance.
    [for place in local.s3tables : [
      {
        Sid      = "FindTables"
        Effect   = "Allow"
        Action   = ["s3tables:GetTableBucket", "s3tables:ListNamespaces"]
        Resource = place.bucket
      },
      {
        Sid       = "MakeTables"
        Effect    = "Allow"
        Action    = ["s3tables:GetNamespace", "s3tables:ListTables", "s3tables:CreateTable"]
        Resource  = place.bucket
        Condition = place.condition
      },
      {
        Sid       = "CommitToTables"
        Effect    = "Allow"
        Action    = ["s3tables:GetTable", "s3tables:GetTableMetadataLocation", "s3tables:GetTableData", "s3tables:UpdateTableMetadataLocation", "s3tables:PutTableData"]
        Resource  = place.tables
        Condition = place.condition
      },
    ]],
  ])
  tables = {
    writer     = local.follow
    maintainer = local.follow
    # To drop a table that does not fit, which is made again.
    operator = concat(local.follow, flatten([
      [for arns in [concat(local.live, local.iceberg)] : {
        Sid      = "DropTables"
        Effect   = "Allow"
        Action   = "glue:DeleteTable"
        Resource = distinct(arns)
      } if length(arns) > 0],
      [for place in local.s3tables : {
        Sid       = "DropS3Tables"
        Effect    = "Allow"
        Action    = ["s3tables:DeleteTable", "s3tables:GetTableMaintenanceConfiguration", "s3tables:PutTableMaintenanceConfiguration"]
        Resource  = place.tables
        Condition = place.condition
      }],
    ]))
    reader = flatten([
      [for arns in [concat(local.live, local.iceberg)] : {
        Sid      = "ReadTablesInGlue"
        Effect   = "Allow"
        Action   = ["glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"]
        Resource = distinct(arns)
      } if length(arns) > 0],
      [for place in local.metadata : {
        Sid      = "ReadMetadata"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = place.files
      }],
      [for place in local.s3tables : [
        {
          Sid      = "FindTables"
          Effect   = "Allow"
          Action   = ["s3tables:GetTableBucket", "s3tables:ListNamespaces"]
          Resource = place.bucket
        },
        {
          Sid       = "ListTables"
          Effect    = "Allow"
          Action    = ["s3tables:GetNamespace", "s3tables:ListTables"]
          Resource  = place.bucket
          Condition = place.condition
        },
        {
          Sid       = "ReadTables"
          Effect    = "Allow"
          Action    = ["s3tables:GetTable", "s3tables:GetTableMetadataLocation", "s3tables:GetTableData"]
          Resource  = place.tables
          Condition = place.condition
        },
      ]],
    ])
  }

  athena = flatten([for athena in var.athena[*] : [
    {
      Sid      = "RunQueries"
      Effect   = "Allow"
      Action   = ["athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetQueryResultsStream", "athena:GetWorkGroup", "athena:ListQueryExecutions", "athena:ListNamedQueries", "athena:GetNamedQuery", "athena:BatchGetNamedQuery"]
      Resource = athena.workgroup_arn
    },
    # The console and the drivers look for tables by Athena's own names of them; Glue's rights alone show an empty list.
    {
      Sid      = "BrowseTables"
      Effect   = "Allow"
      Action   = ["athena:GetDataCatalog", "athena:ListDatabases", "athena:GetDatabase", "athena:ListTableMetadata", "athena:GetTableMetadata"]
      Resource = replace(athena.workgroup_arn, "/:workgroup/.*$/", ":datacatalog/AwsDataCatalog")
    },
    {
      Sid      = "ListCatalogsAndWorkgroups"
      Effect   = "Allow"
      Action   = ["athena:ListDataCatalogs", "athena:ListWorkGroups"]
      Resource = "*" # these actions know no resource
    },
    {
      Sid      = "ReadCatalog"
      Effect   = "Allow"
      Action   = ["glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"]
      Resource = athena.glue_arns
    },
    {
      Sid      = "Results"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
      Resource = "${athena.results_bucket_arn}/*"
    },
    {
      Sid      = "ListResults"
      Effect   = "Allow"
      Action   = ["s3:ListBucket", "s3:GetBucketLocation"]
      Resource = athena.results_bucket_arn
    },
  ]])

  # In policies of their own: a key that is yet to be made has no ARN to show, and would hide the other statements from the plan.
  s3          = "s3.${var.region}.${var.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}"
  kms_buckets = distinct(concat([for store in values(local.stores) : store.arn], local.metadata[*].arn))
  key_actions = {
    writer     = ["kms:Decrypt", "kms:GenerateDataKey"]
    maintainer = ["kms:Decrypt", "kms:GenerateDataKey"]
    operator   = ["kms:Decrypt", "kms:GenerateDataKey"]
    reader     = ["kms:Decrypt"]
  }
  keys = { for role, actions in local.key_actions : role => concat([{
    Sid      = "Keys"
    Effect   = "Allow"
    Action   = actions
    Resource = var.kms_key_arns
    Condition = {
      StringEquals = { "kms:ViaService" = local.s3 }
      # The bucket's ARN with bucket keys, the object's without.
      StringLike = { "kms:EncryptionContext:aws:s3:arn" = flatten([for arn in local.kms_buckets : [arn, "${arn}/*"]]) }
    }
    }], role != "reader" || var.athena == null ? [] : [{
    Sid      = "KeysOfResults"
    Effect   = "Allow"
    Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
    Resource = var.kms_key_arns
    Condition = {
      StringEquals = { "kms:ViaService" = local.s3 }
      StringLike   = { "kms:EncryptionContext:aws:s3:arn" = [var.athena.results_bucket_arn, "${var.athena.results_bucket_arn}/*"] }
    }
    }], [for place in local.s3tables : {
    Sid       = "KeysOfTables"
    Effect    = "Allow"
    Action    = actions
    Resource  = var.kms_key_arns
    Condition = { StringLike = { "kms:EncryptionContext:aws:s3:arn" = "${place.bucket}/*" } }
  }]) }

  topic_arns = flatten([for msk in var.msk[*] : [for topic in msk.topics : "${replace(msk.cluster_arn, ":cluster/", ":topic/")}/${topic}"]])
  read_topics = flatten([for msk in var.msk[*] : [
    {
      Sid      = "Connect"
      Effect   = "Allow"
      Action   = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"]
      Resource = msk.cluster_arn
    },
    {
      Sid      = "ReadTopics"
      Effect   = "Allow"
      Action   = ["kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration", "kafka-cluster:ReadData"]
      Resource = local.topic_arns
    },
    [for groups in [msk.groups] : {
      Sid      = "Groups"
      Effect   = "Allow"
      Action   = ["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"]
      Resource = [for group in groups : "${replace(msk.cluster_arn, ":cluster/", ":group/")}/${group}"]
    } if length(groups) > 0],
  ]])

  # Brokers make no topic by themselves. Not DeleteTopic, nor WriteData.
  topics = {
    writer     = local.read_topics
    maintainer = local.read_topics
    operator = concat(local.read_topics, [{
      Sid      = "MakeTopics"
      Effect   = "Allow"
      Action   = ["kafka-cluster:CreateTopic", "kafka-cluster:AlterTopic", "kafka-cluster:DescribeTopicDynamicConfiguration", "kafka-cluster:AlterTopicDynamicConfiguration"]
      Resource = local.topic_arns
    }])
  }

  principals = { writer = [], maintainer = [], operator = var.operator_principals, reader = var.reader_principals, secrets = [] }
  roles      = toset([for role, accounts in var.service_accounts : role if length(accounts) + length(local.principals[role]) > 0])

  issuer = var.trust != "irsa" ? "" : replace(var.oidc_provider_arn, "/^.*:oidc-provider\\//", "")
  pods = { for role, accounts in var.service_accounts : role => length(accounts) == 0 ? [] : [jsonencode(var.trust == "irsa" ? {
    Sid       = "ServiceAccounts"
    Effect    = "Allow"
    Principal = { Federated = var.oidc_provider_arn }
    Action    = ["sts:AssumeRoleWithWebIdentity"]
    Condition = {
      StringEquals = {
        "${local.issuer}:aud" = ["sts.amazonaws.com"]
        "${local.issuer}:sub" = [for account in accounts : "system:serviceaccount:${var.namespace}:${account}"]
      }
    }
    } : {
    Sid       = "ServiceAccounts"
    Effect    = "Allow"
    Principal = { Service = "pods.eks.amazonaws.com" }
    Action    = ["sts:AssumeRole", "sts:TagSession"]
    Condition = {
      StringEquals = {
        "aws:RequestTag/kubernetes-namespace"       = [var.namespace]
        "aws:RequestTag/kubernetes-service-account" = accounts
        "aws:RequestTag/eks-cluster-name"           = [var.cluster_name]
      }
    }
  })] }
  people = { for role, arns in local.principals : role => length(arns) == 0 ? [] : [jsonencode({
    Sid       = "Principals"
    Effect    = "Allow"
    Principal = { AWS = arns }
    Action    = "sts:AssumeRole"
  })] }

  associations = merge([for role in local.roles : {
    for account in(var.trust == "pod_identity" ? var.service_accounts[role] : []) : "${role}/${account}" => { role = role, account = account }
  }]...)
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name                 = "${var.name}-${each.key}"
  path                 = var.path
  description          = "${var.name}: ${each.key}"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in concat(local.pods[each.key], local.people[each.key]) : jsondecode(statement)]
  })
}

resource "aws_iam_role_policy" "files" {
  for_each = setintersection(local.roles, ["writer", "maintainer", "operator", "reader"])

  name   = "files"
  role   = aws_iam_role.this[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.files[each.key] })
}

resource "aws_iam_role_policy" "keys" {
  for_each = length(var.kms_key_arns) == 0 ? [] : setintersection(local.roles, ["writer", "maintainer", "operator", "reader"])

  name   = "keys"
  role   = aws_iam_role.this[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.keys[each.key] })
}

resource "aws_iam_role_policy" "topics" {
  # The maintainer audits and rebuilds from Kafka; the operator makes the topic.
  for_each = var.msk == null ? [] : setintersection(local.roles, ["writer", "maintainer", "operator"])

  name   = "topics"
  role   = aws_iam_role.this[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.topics[each.key] })
}

resource "aws_iam_role_policy" "tables" {
  for_each = length(local.follow) == 0 ? [] : setintersection(local.roles, ["writer", "maintainer", "operator", "reader"])

  name   = "tables"
  role   = aws_iam_role.this[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.tables[each.key] })
}

resource "aws_iam_role_policy" "further" {
  for_each = var.writer_policies

  name   = each.key
  role   = aws_iam_role.this["writer"].name
  policy = each.value
}

resource "aws_iam_role_policy" "secrets" {
  for_each = setintersection(local.roles, ["secrets"])

  name   = "secrets"
  role   = aws_iam_role.this[each.key].name
  policy = var.secrets_policy
}

resource "aws_eks_pod_identity_association" "this" {
  for_each = local.associations

  cluster_name    = var.cluster_name
  namespace       = var.namespace
  service_account = each.value.account
  role_arn        = aws_iam_role.this[each.value.role].arn
  tags            = var.tags
}
