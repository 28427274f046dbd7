# A cache in the consumer account, filled from the registry account: two hops.
locals {
  import_actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage", "ecr:GetImageCopyStatus"]
}

# The first hop: ECR fetches the image with the role of the pull through cache rule
# (custom_role_arn), which pullthroughcache.ecr.amazonaws.com can assume.
resource "ecrxa_repository_grant" "cache" {
  provider = ecrxa.registry

  repository = "base-image"
  sid        = "CacheImport"
  role_arns  = ["arn:aws:iam::${local.consumer_account}:role/cache"]
  actions    = local.import_actions
}

# It also writes the image into the cache, so it needs more than the repository policy grants.
resource "ecrxa_consumer_role_policy" "cache" {
  provider = ecrxa.consumer

  role = "cache"
  name = "import-base-image"
  repository_arns = [
    ecrxa_repository_grant.cache.repository_arn,
    "arn:aws:ecr:us-east-1:${local.consumer_account}:repository/shared/base-image",
  ]
  actions = concat(local.import_actions, [
    "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage",
  ])
}

# The second hop: a role pulls from the cache in its own account. The first pull of an image
# also imports it, and creates the repository.
resource "ecrxa_consumer_role_policy" "cached" {
  provider = ecrxa.consumer

  role            = "checkout-execution"
  name            = "pull-through-cache"
  repository_arns = ["arn:aws:ecr:us-east-1:${local.consumer_account}:repository/shared/base-image"]
  actions         = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
}
