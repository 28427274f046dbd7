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

# Each side is read with credentials of its own account. Nothing is changed.
data "ecrxa_registry_snapshot" "registry" {
  provider   = ecrxa.registry
  repository = provider::ecrxa::parse_image_uri(local.image).repository
}

data "ecrxa_consumer_snapshot" "consumer" {
  provider = ecrxa.consumer
  role     = local.role_arn
}

# Judges the pull over both sides.
data "ecrxa_pull_check" "payments" {
  provider          = ecrxa.consumer # with both snapshots, the check calls nobody
  image             = local.image
  role_arn          = local.role_arn
  registry_snapshot = data.ecrxa_registry_snapshot.registry.json
  consumer_snapshot = data.ecrxa_consumer_snapshot.consumer.json
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
