# The only Allow for the login hangs on a tag of the repository. The login has no resource,
# so no tag can ever meet it.
locals {
  pull = {
    image                = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout:42"
    role_arn             = "arn:aws:iam::777788889999:role/service-role/checkout-execution"
    permissions_boundary = ""
    registry_policy      = ""
    repository_policy = jsonencode({ Version = "2012-10-17", Statement = [
      { Sid = "Checkout", Effect = "Allow", Principal = { AWS = "arn:aws:iam::777788889999:role/service-role/checkout-execution" }, Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
    ] })
    identity_policies = { tagged = jsonencode({ Version = "2012-10-17", Statement = [
      {
        Effect    = "Allow", Action = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = "*",
        Condition = { StringLike = { "ecr:ResourceTag/stage" = "live" } }
      },
    ] }) }
  }
}
output "nothing_is_known_of_the_tag" {
  value = provider::ecrxa::evaluate_pull(local.pull)
}
output "the_repository_has_the_tag" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { context = { "ecr:ResourceTag/stage" = ["live"] } }))
}
