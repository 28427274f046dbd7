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

provider "ecrxa" {
  alias   = "consumer"
  region  = "us-east-1"
  profile = "consumer"
}

resource "ecrxa_repository_grant" "payments" {
  repository = "payment-service"
  sid        = "PaymentsPull"
  role_arns  = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
  access     = "pull"
}

resource "ecrxa_repository_grant" "lambda" {
  repository        = "payment-service"
  sid               = "LambdaECRImageRetrievalPolicy"
  service_principal = "lambda.amazonaws.com"
  actions           = ["ecr:BatchGetImage", "ecr:DeleteRepositoryPolicy", "ecr:GetDownloadUrlForLayer", "ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy"]
  conditions = [{
    test     = "StringLike"
    variable = "aws:sourceArn"
    values   = ["arn:aws:lambda:us-east-1:987654321098:function:*"]
  }]
}

resource "ecrxa_repository_statement" "outside_organization" {
  repository = "payment-service"
  statement = jsonencode({
    Sid       = "Deny outside the organization"
    Effect    = "Deny"
    Principal = "*"
    Action    = "ecr:BatchGetImage"
    Condition = {
      StringNotEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" }
      Bool            = { "aws:PrincipalIsAWSService" = "false" }
    }
  })
}

resource "ecrxa_consumer_role_policy" "payments" {
  provider        = ecrxa.consumer
  role            = "ecsTaskExecutionRole"
  name            = "pull-payments"
  repository_arns = ["arn:aws:ecr:us-east-1:987654321098:repository/payment-service"]
}
