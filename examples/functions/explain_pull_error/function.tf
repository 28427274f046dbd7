terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

locals {
  explained = provider::ecrxa::explain_pull_error(<<-EOT
    CannotPullContainerError: pull access denied for 987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service,
    repository does not exist or may require 'docker login': denied: User:
    arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/0a1b2c3d is not authorized to perform:
    ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:987654321098:repository/payment-service
    because no resource-based policy allows the ecr:BatchGetImage action
  EOT
  )
}

output "side" {
  value = local.explained.side
}

output "explanation" {
  value = local.explained.explanation
}
