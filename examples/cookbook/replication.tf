# Images of the consumer account are replicated into the registry account. Its registry
# policy lets the source account do that, and create the repositories.
resource "ecrxa_registry_grant" "replication" {
  provider = ecrxa.registry

  sid          = "ReplicationFromConsumer"
  repositories = ["mirror/*"]
  account_ids  = [local.consumer_account]
  actions      = ["ecr:ReplicateImage", "ecr:CreateRepository"]
}
