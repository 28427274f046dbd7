# The first pull through a cache creates the repository, and needs ecr:CreateRepository of
# both sides.
locals {
  pull = {
    image                = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/hub/library/redis:7"
    role_arn             = "arn:aws:iam::777788889999:role/node"
    access               = "pull_through_cache"
    permissions_boundary = ""
    repository_policy    = ""
  }
  role = { for name, actions in {
    with_create    = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
    without_create = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage"]
  } : name => { node = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = actions, Resource = "*" }] }) } }
  registry = { for name, actions in {
    with_create    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
    without_create = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage"]
    } : name => jsonencode({ Version = "2012-10-17", Statement = [
      { Sid = "Cache", Effect = "Allow", Principal = { AWS = "arn:aws:iam::777788889999:root" }, Action = actions, Resource = "arn:aws:ecr:eu-west-1:444455556666:repository/hub/*" },
  ] }) }
}
output "both_sides_allow_it" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { repository_exists = false, repository_creation_template_policy = "", identity_policies = local.role.with_create, registry_policy = local.registry.with_create }))
}
output "the_role_may_not_create" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { repository_exists = false, identity_policies = local.role.without_create, registry_policy = local.registry.with_create }))
}
output "the_registry_lets_nobody_create" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { repository_exists = false, identity_policies = local.role.with_create, registry_policy = local.registry.without_create }))
}
output "nobody_looked_for_the_repository" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { identity_policies = local.role.without_create, registry_policy = local.registry.without_create }))
}
output "the_repository_exists" {
  value = provider::ecrxa::evaluate_pull(merge(local.pull, { repository_exists = true, identity_policies = local.role.without_create, registry_policy = local.registry.without_create }))
}
