terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

output "repository_arn" {
  value = provider::ecrxa::repository_arn("987654321098", "us-east-1", "payment-service")
}
