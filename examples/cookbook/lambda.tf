# Lambda pulls as the service lambda.amazonaws.com, now and whenever it fetches the image
# again. Who creates or updates the function needs the first statement, and the same two
# actions in a policy of its own.
resource "ecrxa_repository_grant" "function_creator" {
  provider = ecrxa.registry

  repository  = "report-function"
  sid         = "CrossAccountPermission"
  account_ids = [local.consumer_account]
}

resource "ecrxa_repository_grant" "function" {
  provider = ecrxa.registry

  repository        = "report-function"
  sid               = "LambdaECRImageCrossAccountRetrievalPolicy"
  service_principal = "lambda.amazonaws.com"
  source_arns       = ["arn:aws:lambda:us-east-1:${local.consumer_account}:function:*"]
}

resource "ecrxa_consumer_role_policy" "function_creator" {
  provider = ecrxa.consumer

  role            = "deploy"
  repository_arns = [ecrxa_repository_grant.function.repository_arn]
}
