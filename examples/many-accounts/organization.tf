# Every account of the organization, also those that join later.
resource "ecrxa_repository_grant" "organization" {
  repository       = "base-image"
  sid              = "OrganizationPull"
  organization_ids = ["o-a1b2c3d4e5"]
}

# Only the accounts in one organizational unit and in the units below it.
resource "ecrxa_repository_grant" "workloads" {
  repository         = "payment-service"
  sid                = "WorkloadsPull"
  organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]
}

# AWS Lambda pulls as a service, and a service is in no organization. So this grant names the
# accounts of the functions.
resource "ecrxa_repository_grant" "functions" {
  repository        = "base-image"
  sid               = "LambdaECRImageCrossAccountRetrievalPolicy"
  service_principal = "lambda.amazonaws.com"
  source_arns = [
    for account in values(local.teams) : "arn:aws:lambda:us-east-1:${account}:function:*"
  ]
}
