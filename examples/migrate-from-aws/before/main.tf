terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region  = "us-east-1"
  profile = "registry"
}

provider "aws" {
  alias   = "consumer"
  region  = "us-east-1"
  profile = "consumer"
}

resource "aws_ecr_repository_policy" "payments" {
  repository = "payment-service"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "PaymentsPull"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole" }
        Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      },
      {
        Sid       = "LambdaECRImageRetrievalPolicy"
        Effect    = "Allow"
        Principal = { Service = "lambda.amazonaws.com" }
        Action    = ["ecr:BatchGetImage", "ecr:DeleteRepositoryPolicy", "ecr:GetDownloadUrlForLayer", "ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy"]
        Condition = { StringLike = { "aws:sourceArn" = "arn:aws:lambda:us-east-1:987654321098:function:*" } }
      },
      {
        Sid       = "Deny outside the organization"
        Effect    = "Deny"
        Principal = "*"
        Action    = "ecr:BatchGetImage"
        Condition = {
          StringNotEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" }
          Bool            = { "aws:PrincipalIsAWSService" = "false" }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "payments" {
  provider = aws.consumer
  role     = "ecsTaskExecutionRole"
  name     = "pull-payments"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Effect   = "Allow"
        Action   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
      },
    ]
  })
}
