# A tool that watches for new tags: it reads manifests and lists images, and pulls nothing.
locals {
  watch = {
    image                = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout:42"
    role_arn             = "arn:aws:iam::777788889999:role/tag-watcher"
    permissions_boundary = ""
    registry_policy      = ""
    repository_policy = jsonencode({ Version = "2012-10-17", Statement = [
      { Effect = "Allow", Principal = { AWS = "777788889999" }, Action = ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:ListImages"] },
    ] })
    identity_policies = { watch = jsonencode({ Version = "2012-10-17", Statement = [
      { Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" },
      { Effect = "Allow", Action = ["ecr:BatchGetImage", "ecr:ListImages"], Resource = "arn:aws:ecr:eu-west-1:444455556666:repository/shop/*" },
    ] }) }
  }
}
output "two_actions" {
  value = provider::ecrxa::evaluate_pull(merge(local.watch, { actions = ["ecr:BatchGetImage", "ecr:ListImages"] }))
}
output "the_set_of_all_readers" {
  value = provider::ecrxa::evaluate_pull(merge(local.watch, { access = "read_metadata" }))
}
