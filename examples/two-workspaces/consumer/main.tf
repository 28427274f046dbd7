# The workspace of the team that pulls, with credentials of account 123456789012 only. It
# judges the pull over both sides.
terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

provider "ecrxa" {
  region  = "us-east-1"
  profile = "consumer"
}

# In HCP Terraform: data "tfe_outputs" "registry" { organization = "…", workspace = "registry" },
# whose values.registry_snapshot is the snapshot.
data "terraform_remote_state" "registry" {
  backend = "local"
  config  = { path = "../registry/terraform.tfstate" }
}

resource "ecrxa_consumer_role_policy" "payments" {
  role            = "ecsTaskExecutionRole"
  name            = "pull-payment-service"
  repository_arns = ["arn:aws:ecr:us-east-1:987654321098:repository/payment-service"]
}

locals {
  # Through a local, the check is read in the plan that creates the policy, too.
  planned_role_policies = { (ecrxa_consumer_role_policy.payments.name) = ecrxa_consumer_role_policy.payments.policy }
}

data "ecrxa_pull_check" "payments" {
  image             = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
  role_arn          = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
  registry_snapshot = data.terraform_remote_state.registry.outputs.registry_snapshot
  max_age           = "48h" # the time of a snapshot is the day on which it was read

  planned_role_policies = local.planned_role_policies
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

output "explanation" {
  value = data.ecrxa_pull_check.payments.explanation
}
