# What exists today, read in each plan, and so in each health assessment.
data "ecrxa_registry_snapshot" "registry" {
  provider   = ecrxa.registry
  repository = "payment-service"
}

data "ecrxa_consumer_snapshot" "consumer" {
  provider = ecrxa.consumer
  role     = "ecsTaskExecutionRole"
}

# No planned_statements and no planned_role_policies: this is about today.
locals {
  pull_today = provider::ecrxa::evaluate_pull({
    image             = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
    role_arn          = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
    registry_snapshot = data.ecrxa_registry_snapshot.registry.json
    consumer_snapshot = data.ecrxa_consumer_snapshot.consumer.json
  })
}

check "pulls_work_today" {
  assert {
    condition     = local.pull_today.allowed
    error_message = local.pull_today.explanation
  }
}
