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

resource "ecrxa_repository_grant" "payments" {
  provider = ecrxa.registry

  registry_id = "987654321098"
  repository  = "payment-service"
  sid         = "PaymentsPull"
  role_arns   = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
}

resource "ecrxa_consumer_role_policy" "payments" {
  provider = ecrxa.consumer

  role            = "ecsTaskExecutionRole"
  repository_arns = [ecrxa_repository_grant.payments.repository_arn]
}

# The verdict over both sides, in the plan, before either is applied.
locals {
  payments_pull = provider::ecrxa::evaluate_pull({
    image    = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
    role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"

    # What stands there today: nothing, on either side.
    repository_policy = ""
    identity_policies = []

    # What this configuration adds.
    planned_statements = [ecrxa_repository_grant.payments.statement]
    planned_role_policies = {
      (ecrxa_consumer_role_policy.payments.name) = ecrxa_consumer_role_policy.payments.policy
    }
  })
}

output "payments_pull" {
  value = local.payments_pull.explanation

  precondition {
    condition     = local.payments_pull.allowed
    error_message = local.payments_pull.explanation
  }
}
