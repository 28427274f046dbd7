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

output "registry_was_read_at" {
  value = jsondecode(data.terraform_remote_state.registry.outputs.registry_snapshot).read_at
}
