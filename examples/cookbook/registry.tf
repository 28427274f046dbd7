# One statement of the registry policy is for all repositories of a team, also for those that
# are created later.
resource "ecrxa_registry_grant" "team" {
  provider = ecrxa.registry

  sid          = "PaymentsPull"
  repositories = ["payments/*"]
  role_arns    = ["arn:aws:iam::${local.consumer_account}:role/checkout-execution"]
}

resource "ecrxa_consumer_role_policy" "team" {
  provider = ecrxa.consumer

  role            = "checkout-execution"
  name            = "pull-payments"
  repository_arns = ecrxa_registry_grant.team.repository_arns
}

# The registry account has a pull through cache rule for docker-hub/. The first pull of an image
# imports it and creates its repository, whose policy does not exist before. So a role of another
# account needs the registry policy.
resource "ecrxa_registry_grant" "docker_hub" {
  provider = ecrxa.registry

  sid          = "DockerHubPull"
  repositories = ["docker-hub/*"]
  role_arns    = ["arn:aws:iam::${local.consumer_account}:role/build"]
  actions      = local.first_pull
}

resource "ecrxa_consumer_role_policy" "docker_hub" {
  provider = ecrxa.consumer

  role            = "build"
  name            = "pull-docker-hub"
  repository_arns = ecrxa_registry_grant.docker_hub.repository_arns
  actions         = local.first_pull
}

locals {
  first_pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
}

# What the statements of this plan allow, if there are no other policies.
output "team_can_pull" {
  value = provider::ecrxa::evaluate_pull({
    image             = "${local.registry_account}.dkr.ecr.us-east-1.amazonaws.com/payments/app:v1"
    role_arn          = "arn:aws:iam::${local.consumer_account}:role/checkout-execution"
    repository_policy = "" # the repository has none
    registry_policy   = ""
    identity_policies = {}

    planned_registry_statements = [ecrxa_registry_grant.team.statement]
    planned_role_policies       = { pull-payments = ecrxa_consumer_role_policy.team.policy }
  }).summary
}

output "docker_hub_can_be_pulled" {
  value = provider::ecrxa::evaluate_pull({
    image             = "${local.registry_account}.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/nginx:1.29"
    role_arn          = "arn:aws:iam::${local.consumer_account}:role/build"
    access            = "pull_through_cache"
    repository_exists = false # before the first pull
    registry_policy   = ""
    identity_policies = {}

    repository_creation_template_policy = "" # no template gives the new repository a policy
    planned_registry_statements         = [ecrxa_registry_grant.docker_hub.statement]
    planned_role_policies               = { pull-docker-hub = ecrxa_consumer_role_policy.docker_hub.policy }
  }).summary
}
