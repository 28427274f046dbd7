terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

# Credentials of the consumer account, 123456789012.
provider "ecrxa" {
  region              = "us-east-1"
  allowed_account_ids = ["123456789012"]
}

resource "ecrxa_consumer_role_policy" "payments" {
  role            = "ecsTaskExecutionRole"
  repository_arns = ["arn:aws:ecr:us-east-1:987654321098:repository/payment-service"]
}
