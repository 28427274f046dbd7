terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

locals {
  payments_pull = provider::ecrxa::evaluate_pull({
    image    = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
    role_arn = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"

    repository_policy = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "PaymentsPull"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole" }
        Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      }]
    })

    # The role has no policy yet, so the consumer side denies the pull.
    identity_policies = {}
  })
}

output "verdict" {
  value = local.payments_pull.verdict
}

output "explanation" {
  value = local.payments_pull.explanation
}
