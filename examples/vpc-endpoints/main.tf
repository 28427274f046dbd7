terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

provider "ecrxa" {
  alias   = "registry"
  region  = "us-east-1"
  profile = "registry"
}

provider "ecrxa" {
  alias   = "consumer"
  region  = "us-east-1"
  profile = "consumer"
}

locals {
  role = "ecsTaskExecutionRole"

  # The endpoints ecr.api and ecr.dkr of the VPC.
  ecr_endpoints = ["vpce-0a1b2c3d4e5f60718", "vpce-1b2c3d4e5f607182a"]

  # Their policy: the same for both.
  ecr_endpoint_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Login"
        Effect    = "Allow"
        Principal = "*"
        Action    = "ecr:GetAuthorizationToken"
        Resource  = "*"
      },
      {
        Sid       = "Pull"
        Effect    = "Allow"
        Principal = "*"
        Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = [
          "arn:aws:ecr:us-east-1:123456789012:repository/*", # the consumer account's own
          "arn:aws:ecr:us-east-1:987654321098:repository/*", # those of the registry account
        ]
      },
    ]
  })

  # The policy of the gateway endpoint for Amazon S3.
  s3_endpoint_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LayersOfImages"
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"
    }]
  })
}

# The role may pull only through these endpoints.
resource "ecrxa_repository_grant" "payments" {
  provider = ecrxa.registry

  repository = "payment-service"
  sid        = "PaymentsPull"
  role_arns  = ["arn:aws:iam::123456789012:role/${local.role}"]

  conditions = [{
    test     = "StringEquals"
    variable = "aws:SourceVpce"
    values   = local.ecr_endpoints
  }]
}

resource "ecrxa_consumer_role_policy" "payments" {
  provider = ecrxa.consumer

  role            = local.role
  repository_arns = [ecrxa_repository_grant.payments.repository_arn]
}

data "ecrxa_registry_snapshot" "registry" {
  provider   = ecrxa.registry
  repository = "payment-service"
}

data "ecrxa_consumer_snapshot" "consumer" {
  provider = ecrxa.consumer
  role     = local.role
}

# The pull through each of the endpoints, with the changes of this plan.
locals {
  pulls = {
    for endpoint in local.ecr_endpoints : endpoint => provider::ecrxa::evaluate_pull({
      image             = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
      role_arn          = "arn:aws:iam::123456789012:role/${local.role}"
      registry_snapshot = data.ecrxa_registry_snapshot.registry.json
      consumer_snapshot = data.ecrxa_consumer_snapshot.consumer.json

      vpc_endpoint_policy = local.ecr_endpoint_policy
      s3_endpoint_policy  = local.s3_endpoint_policy
      context             = { "aws:SourceVpce" = [endpoint] }

      planned_statements    = [ecrxa_repository_grant.payments.statement]
      planned_role_policies = { ecrxa-pull = ecrxa_consumer_role_policy.payments.policy }
    })
  }
}

check "payments_can_be_pulled" {
  assert {
    condition     = alltrue([for pull in local.pulls : pull.allowed])
    error_message = join("\n\n", [for pull in local.pulls : pull.explanation if !pull.allowed])
  }
}

output "verdicts" {
  value = { for endpoint, pull in local.pulls : endpoint => pull.verdict }
}
