# A service control policy denies what is not of the organization, except one vendor's
# repositories. The login is a call to the role's own account.
locals {
  everything = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
  perimeter = jsonencode({ Version = "2012-10-17", Statement = [{
    Sid         = "OwnOrganization", Effect = "Deny", Action = "*",
    NotResource = "arn:aws:ecr:*:444455556666:repository/*",
    Condition   = { StringNotEqualsIfExists = { "aws:ResourceOrgID" = "o-aa11bb22cc", "aws:PrincipalTag/outside" = "true" } }
  }] })
  pull = {
    role_arn                 = "arn:aws:iam::777788889999:role/node"
    permissions_boundary     = ""
    registry_policy          = ""
    service_control_policies = [[local.everything, local.perimeter]]
    repository_policy = jsonencode({ Version = "2012-10-17", Statement = [
      { Sid = "All", Effect = "Allow", Principal = "*", Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
    ] })
    identity_policies = { node = jsonencode({ Version = "2012-10-17", Statement = [
      { Effect = "Allow", Action = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = "*" },
    ] }) }
  }
  untagged = { "aws:PrincipalTag/outside" = [], "aws:PrincipalOrgID" = ["o-aa11bb22cc"] }
  vendor   = { image = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/agent:3" }
  stranger = { image = "999900001111.dkr.ecr.eu-west-1.amazonaws.com/agent:3" }
}
output "the_vendor_with_its_organization" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, local.vendor, { context = merge(local.untagged, { "aws:ResourceOrgID" = ["o-dd44ee55ff"] }) }))
}
output "the_vendor_of_an_unknown_organization" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, local.vendor, { context = local.untagged }))
}
output "a_stranger" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, local.stranger, { context = merge(local.untagged, { "aws:ResourceOrgID" = ["o-dd44ee55ff"] }) }))
}
