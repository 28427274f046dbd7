check "payments_can_be_pulled" {
  assert {
    condition     = local.payments_pull.allowed
    error_message = local.payments_pull.explanation
  }
}
