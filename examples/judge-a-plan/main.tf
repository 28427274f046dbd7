terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

provider "ecrxa" {
  alias   = "registry"
  region  = "us-east-1"
  profile = "registry"
}

provider "ecrxa" {
  alias   = "consumer"
  region  = "us-east-1"
  profile = "consumer"
}

locals {
  repository = "payment-service"
  image      = "987654321098.dkr.ecr.us-east-1.amazonaws.com/${local.repository}:v1"
  role       = "ecsTaskExecutionRole"

  # Built from account and name, so it is known in every plan.
  role_arn = "arn:aws:iam::123456789012:role/${local.role}"
}

resource "ecrxa_repository_grant" "payments" {
  provider = ecrxa.registry

  repository = local.repository
  sid        = "PaymentsPull"
  role_arns  = [local.role_arn]
}

resource "ecrxa_consumer_role_policy" "payments" {
  provider = ecrxa.consumer

  role            = local.role
  repository_arns = [ecrxa_repository_grant.payments.repository_arn]
}

# What exists today. Each side is read with its own credentials, and leaves the other
# side to the other data source.
data "ecrxa_pull_check" "registry_side" {
  provider = ecrxa.registry

  image                = local.image
  role_arn             = local.role_arn
  identity_policies    = { "*" = "unknown" }
  permissions_boundary = "unknown"
}

data "ecrxa_pull_check" "consumer_side" {
  provider = ecrxa.consumer

  image             = local.image
  role_arn          = local.role_arn
  repository_policy = "unknown"
  registry_policy   = "unknown"
}

# What exists today, with the changes of this plan. Terraform evaluates a function in
# every plan.
locals {
  payments_pull = provider::ecrxa::evaluate_pull({
    image    = local.image
    role_arn = local.role_arn

    repository_policy    = data.ecrxa_pull_check.registry_side.repository_policy
    registry_policy      = data.ecrxa_pull_check.registry_side.registry_policy
    repository_exists    = data.ecrxa_pull_check.registry_side.repository_exists
    identity_policies    = data.ecrxa_pull_check.consumer_side.identity_policies
    permissions_boundary = data.ecrxa_pull_check.consumer_side.permissions_boundary
    role_exists          = data.ecrxa_pull_check.consumer_side.role_exists
    actual_role_arn      = data.ecrxa_pull_check.consumer_side.actual_role_arn

    planned_statements = [ecrxa_repository_grant.payments.statement]
    planned_role_policies = {
      (ecrxa_consumer_role_policy.payments.name) = ecrxa_consumer_role_policy.payments.policy
    }
  })
}
