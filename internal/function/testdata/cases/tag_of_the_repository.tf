# The role may pull what carries the tag of its application. Only the registry side can set
# tags of a repository.
locals {
  pull = {
    image                = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout:42"
    role_arn             = "arn:aws:iam::777788889999:role/build"
    permissions_boundary = ""
    registry_policy      = ""
    repository_policy = jsonencode({ Version = "2012-10-17", Statement = [
      { Sid = "Build", Effect = "Allow", Principal = { AWS = "arn:aws:iam::777788889999:role/build" }, Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
    ] })
    identity_policies = { build = jsonencode({ Version = "2012-10-17", Statement = [
      { Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" },
      { Effect = "Allow", Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = "*", Condition = { StringEquals = { "ecr:ResourceTag/application" = "shop" } } },
    ] }) }
  }
}
output "nothing_is_known_of_the_tag" {
  value = provider::ecrxa::evaluate_pull(local.pull)
}
output "the_repository_lacks_the_tag" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { context = { "ecr:ResourceTag/application" = [] } }))
}
output "the_tag_under_its_other_key" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { context = { "aws:ResourceTag/application" = ["shop"] } }))
}
