# The workspace of the team that owns the registry, with credentials of account 987654321098
# only. It grants the pull and says what there is.
terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

provider "ecrxa" {
  region  = "us-east-1"
  profile = "registry"
}

resource "ecrxa_repository_grant" "payments" {
  repository = "payment-service"
  sid        = "PaymentsPull"
  role_arns  = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
}

data "ecrxa_registry_snapshot" "this" {
  repository = ecrxa_repository_grant.payments.repository
  depends_on = [ecrxa_repository_grant.payments]
}

output "registry_snapshot" {
  description = "What the registry side is, for workspaces of consumers."
  value       = data.ecrxa_registry_snapshot.this.json
}
