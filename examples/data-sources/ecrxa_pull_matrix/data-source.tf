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
  region  = "us-east-1"
  profile = "consumer"
}

data "ecrxa_registry_snapshot" "registry" {
  provider     = ecrxa.registry
  repositories = ["payment-service", "base-image"]
}

data "ecrxa_consumer_snapshot" "consumer" {
  roles = ["ecsTaskExecutionRole", "reports"]
}

# Each role with each repository.
data "ecrxa_pull_matrix" "all" {
  registry_snapshots = [data.ecrxa_registry_snapshot.registry.json]
  consumer_snapshots = [data.ecrxa_consumer_snapshot.consumer.json]
}

output "summary" {
  value = data.ecrxa_pull_matrix.all.summary
}

output "not_allowed" {
  value = [for pull in data.ecrxa_pull_matrix.all.not_allowed : pull.summary]
}

# terraform output -raw page > page.html
output "page" {
  value     = data.ecrxa_pull_matrix.all.html
  sensitive = true # so that plans do not print it
}
