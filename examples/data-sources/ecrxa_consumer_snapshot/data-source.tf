# The team of the consumer account runs this with its own credentials.
data "ecrxa_consumer_snapshot" "this" {
  roles = ["ecsTaskExecutionRole"]
}

# Another workspace reads this with terraform_remote_state or tfe_outputs.
output "consumer_snapshot" {
  value = data.ecrxa_consumer_snapshot.this.json
}

output "not_read" {
  value = data.ecrxa_consumer_snapshot.this.not_read
}
