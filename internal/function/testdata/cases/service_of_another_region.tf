# App Runner pulls from its own Region only, whatever the policies allow.
locals {
  pull = {
    image                = "444455556666.dkr.ecr.ap-southeast-2.amazonaws.com/web:1"
    role_arn             = "arn:aws:iam::777788889999:role/service-role/web-access"
    puller               = "app_runner"
    permissions_boundary = ""
    registry_policy      = ""
    repository_policy = jsonencode({ Version = "2012-10-17", Statement = [
      { Sid = "Web", Effect = "Allow", Principal = { AWS = "777788889999" }, Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
    ] })
    identity_policies = { web = jsonencode({ Version = "2012-10-17", Statement = [
      { Effect = "Allow", Action = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = "*" },
    ] }) }
  }
}
output "nothing_is_known_of_the_region" {
  value = provider::ecrxa::evaluate_pull(local.pull)
}
output "another_region" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { puller_region = "us-west-2" }))
}
