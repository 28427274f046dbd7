terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

# Credentials of the registry account, 987654321098.
provider "ecrxa" {
  region              = "us-east-1"
  allowed_account_ids = ["987654321098"]
}

resource "ecrxa_repository_grant" "payments" {
  registry_id = "987654321098"
  repository  = "payment-service"
  sid         = "PaymentsPull"
  role_arns   = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
}

# The consumer account uses this ARN in the policy of its role.
output "repository_arn" {
  value = ecrxa_repository_grant.payments.repository_arn
}
