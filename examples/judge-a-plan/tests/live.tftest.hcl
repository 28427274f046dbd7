# Reads both accounts, with the credentials of the configuration, and changes nothing.
run "payments_can_be_pulled" {
  command = plan

  assert {
    condition     = local.payments_pull.allowed
    error_message = local.payments_pull.explanation
  }
}
