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
  role_arn   = "arn:aws:iam::123456789012:role/${local.role}"
}

resource "ecrxa_repository_grant" "payments" {
  provider   = ecrxa.registry
  repository = local.repository
  sid        = "PaymentsPull"
  role_arns  = [local.role_arn]
}

resource "ecrxa_consumer_role_policy" "payments" {
  provider        = ecrxa.consumer
  role            = local.role
  repository_arns = [ecrxa_repository_grant.payments.repository_arn]
}

# Both sides as they are today, each read with credentials of its own account.
data "ecrxa_registry_snapshot" "registry" {
  provider   = ecrxa.registry
  repository = local.repository
}

data "ecrxa_consumer_snapshot" "consumer" {
  provider = ecrxa.consumer
  role     = local.role
}

# The verdict for today's policies plus the changes in this plan, known before apply.
locals {
  pull = provider::ecrxa::evaluate_pull({
    image              = local.image
    role_arn           = local.role_arn
    registry_snapshot  = data.ecrxa_registry_snapshot.registry.json
    consumer_snapshot  = data.ecrxa_consumer_snapshot.consumer.json
    planned_statements = [ecrxa_repository_grant.payments.statement]
    planned_role_policies = {
      (ecrxa_consumer_role_policy.payments.name) = ecrxa_consumer_role_policy.payments.policy
    }
  })
}

output "explanation" {
  value = local.pull.explanation
}

output "verdict" {
  value = local.pull.verdict

  precondition {
    condition     = local.pull.verdict != "denied" # if it is, the plan fails
    error_message = local.pull.explanation
  }
}
