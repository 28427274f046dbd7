# A pipeline of another account pushes, and pulls what it has pushed before.
resource "ecrxa_repository_grant" "pipeline" {
  provider = ecrxa.registry

  repository = "payment-service"
  sid        = "PipelinePush"
  role_arns  = ["arn:aws:iam::${local.consumer_account}:role/deploy"]
  access     = "pull_push"
}

resource "ecrxa_consumer_role_policy" "pipeline" {
  provider = ecrxa.consumer

  role            = "deploy"
  name            = "push-payment-service"
  repository_arns = [ecrxa_repository_grant.pipeline.repository_arn]
  access          = "pull_push"
}
