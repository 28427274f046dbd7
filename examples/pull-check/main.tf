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
  image    = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
  role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
}

# Reads the registry side, with credentials of the registry account.
data "ecrxa_registry_snapshot" "this" {
  provider = ecrxa.registry

  repository = "payment-service"
}

# Reads the role in the consumer account, and evaluates the pull with both sides.
data "ecrxa_pull_check" "payments" {
  provider = ecrxa.consumer

  image             = local.image
  role_arn          = local.role_arn
  registry_snapshot = data.ecrxa_registry_snapshot.this.json
}

check "payments_can_be_pulled" {
  assert {
    condition     = data.ecrxa_pull_check.payments.allowed
    error_message = data.ecrxa_pull_check.payments.explanation
  }
}

output "verdict" {
  value = data.ecrxa_pull_check.payments.verdict
}

output "denied_side" {
  value = data.ecrxa_pull_check.payments.denied_side
}

output "explanation" {
  value = data.ecrxa_pull_check.payments.explanation
}
