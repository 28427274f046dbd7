# A Deny with NotResource is meant to leave two repositories. It reaches the login, too:
# the login's resource is "*".
locals {
  pull = {
    role_arn             = "arn:aws:iam::777788889999:role/proxy"
    permissions_boundary = ""
    registry_policy      = ""
    repository_policy = jsonencode({ Version = "2012-10-17", Statement = [
      { Sid = "All", Effect = "Allow", Principal = { AWS = "777788889999" }, Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
    ] })
    identity_policies = { proxy = jsonencode({ Version = "2012-10-17", Statement = [
      { Effect = "Allow", Action = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = "*" },
      { Sid = "OnlyPublic", Effect = "Deny", Action = "ecr:*", NotResource = ["arn:aws:ecr:eu-west-1:444455556666:repository/public", "arn:aws:ecr:eu-west-1:444455556666:repository/public/*"] },
    ] }) }
  }
}
output "a_repository_of_the_list" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { image = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/public:1" }))
}
output "another_repository" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { image = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/private:1" }))
}
