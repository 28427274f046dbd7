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

# Each name is defined only once, so the check evaluates exactly what is granted.
locals {
  repository = "payment-service"
  image      = "987654321098.dkr.ecr.us-east-1.amazonaws.com/${local.repository}:v1"

  role     = "ecsTaskExecutionRole"
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

# The current policies, each read with its own account's credentials.
data "ecrxa_pull_check" "registry_side" {
  provider = ecrxa.registry

  image    = local.image
  role_arn = local.role_arn

  # The next check reads the consumer side. Without these two lines, this check
  # warns that the consumer side is unknown.
  identity_policies    = { "*" = "unknown" }
  permissions_boundary = "unknown"
}

data "ecrxa_pull_check" "consumer_side" {
  provider = ecrxa.consumer

  image             = local.image
  role_arn          = local.role_arn
  repository_policy = data.ecrxa_pull_check.registry_side.repository_policy
  registry_policy   = data.ecrxa_pull_check.registry_side.registry_policy
  repository_exists = data.ecrxa_pull_check.registry_side.repository_exists
}

# The verdict for today's policies plus the changes in this plan. A function is
# evaluated in every plan, so the verdict is known before apply.
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

output "verdict" {
  value = local.payments_pull.verdict

  precondition {
    condition     = local.payments_pull.verdict != "denied"
    error_message = local.payments_pull.explanation
  }
}

# The verdict above includes the planned changes. This check evaluates only today's
# policies, and only warns: before the first apply, or after somebody deleted a policy
# by hand. During apply it shows the result of the plan.
check "pulls_work_today" {
  assert {
    condition     = data.ecrxa_pull_check.consumer_side.verdict != "denied"
    error_message = "Without this plan, pulls fail. ${split("\n", data.ecrxa_pull_check.consumer_side.explanation)[0]}"
  }
}

output "explanation" {
  value = local.payments_pull.explanation
}
