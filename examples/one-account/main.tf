terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

# Credentials of the account that you have: the consumer's here, or the registry's.
provider "ecrxa" {
  region  = "us-east-1"
  profile = "consumer"
}

data "ecrxa_pull_check" "payments" {
  image    = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
  role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
}

output "explanation" {
  value = data.ecrxa_pull_check.payments.explanation
}

# A text for each team: what it must change or look up.
output "messages" {
  value = data.ecrxa_pull_check.payments.messages
}
