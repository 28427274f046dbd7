# A role of another account may pull.
resource "ecrxa_repository_grant" "payments" {
  repository = "payment-service"
  sid        = "PaymentsPull"
  role_arns  = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
}

# All accounts of an organization may pull, but only through one VPC endpoint.
resource "ecrxa_repository_grant" "organization" {
  repository       = "base-image"
  sid              = "OrganizationPull"
  organization_ids = ["o-a1b2c3d4e5"]

  # The plan does not warn of access for a whole organization.
  acknowledge_broad_access = "Every team builds on these images; PLAT-42"

  conditions = [{
    test     = "StringEquals"
    variable = "aws:SourceVpce"
    values   = ["vpce-0a1b2c3d4e5f60718"]
  }]
}

# Lambda functions of another account need two statements: one for the account
# that creates them, one for the service that fetches the image later.
resource "ecrxa_repository_grant" "lambda_account" {
  repository  = "report-function"
  sid         = "CrossAccountPermission"
  account_ids = ["123456789012"]
}

resource "ecrxa_repository_grant" "lambda_service" {
  repository        = "report-function"
  sid               = "LambdaECRImageCrossAccountRetrievalPolicy"
  service_principal = "lambda.amazonaws.com"
  source_arns       = ["arn:aws:lambda:us-east-1:123456789012:function:*"]
}
