# Roles of IAM Identity Center have a path. The ARN of a session and the name in the console
# do not show it.
locals {
  with_path = "arn:aws:iam::777788889999:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Builder_00112233aabbccdd"
  pull = {
    image                = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout:42"
    permissions_boundary = ""
    registry_policy      = ""
    identity_policies    = { builder = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "ecr:*", Resource = "*" }] }) }
  }
  granted_to = { for name, arn in {
    with_path      = local.with_path
    without_region = replace(local.with_path, "eu-west-1/AWS", "AWS")
    } : name => jsonencode({ Version = "2012-10-17", Statement = [
      { Sid = "Builders", Effect = "Allow", Principal = { AWS = arn }, Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
  ] }) }
}
output "the_policy_lacks_the_region_in_the_path" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { role_arn = local.with_path, repository_policy = local.granted_to.without_region }))
}
output "a_session" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { role_arn = "arn:aws:sts::777788889999:assumed-role/AWSReservedSSO_Builder_00112233aabbccdd/kim", repository_policy = local.granted_to.with_path }))
}
output "role_arn_without_the_path" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { role_arn = "arn:aws:iam::777788889999:role/AWSReservedSSO_Builder_00112233aabbccdd", repository_policy = local.granted_to.with_path }))
}
