# For policies that judge the plan: one element for each pull.
output "pulls" {
  value = {
    payments = {
      verdict     = local.payments_pull.verdict
      explanation = local.payments_pull.explanation
    }
  }
}
