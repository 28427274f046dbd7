# With credentials of the registry account.
data "ecrxa_registry_snapshot" "registry" {
  repository = "payment-service"
}

# Who used the repository in the last 30 days, and who tried.
data "ecrxa_pull_events" "payments" {
  repository        = "payment-service"
  period            = "720h"
  registry_snapshot = data.ecrxa_registry_snapshot.registry.json
}

output "summary" {
  value = data.ecrxa_pull_events.payments.summary
}

# Statements that no call in these events can have used.
output "not_used" {
  value = [for s in data.ecrxa_pull_events.payments.statement_usage : s.sentence if s.usage == "not_seen"]
}

# Who was denied, and what the policies now say.
output "denied" {
  value = data.ecrxa_pull_events.payments.denials[*].sentence
}
