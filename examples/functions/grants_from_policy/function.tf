terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

locals {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "PaymentsPull"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::123456789012:root" }
        Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      },
      {
        Sid       = "Deny outside the organization"
        Effect    = "Deny"
        Principal = "*"
        Action    = "ecr:BatchGetImage"
        Condition = { StringNotEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } }
      },
    ]
  })
  statements = provider::ecrxa::grants_from_policy(local.policy, "arn:aws:ecr:us-east-1:987654321098:repository/payment-service")
}

output "kinds" {
  value = { for s in local.statements : s.name => s.kind }
}

# terraform output -raw configuration prints the blocks.
output "configuration" {
  value = join("\n", local.statements[*].hcl)
}
