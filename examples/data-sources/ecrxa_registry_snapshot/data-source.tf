# The team of the registry account runs this with its own credentials.
data "ecrxa_registry_snapshot" "this" {
  repositories = ["payment-service", "base-image"]
  images       = { "payment-service" = "v1" }
}

# Another workspace reads this with terraform_remote_state or tfe_outputs.
output "registry_snapshot" {
  value = data.ecrxa_registry_snapshot.this.json
}

output "not_read" {
  value = data.ecrxa_registry_snapshot.this.not_read
}
