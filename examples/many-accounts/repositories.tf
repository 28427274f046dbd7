# Many repositories, the same role: one grant for each repository. The Sid can be the same
# in all of them, because each repository has a policy of its own.
resource "ecrxa_repository_grant" "payments" {
  for_each = toset(["payment-service", "base-image"])

  repository = each.key
  sid        = "PaymentsDeploy"
  role_arns  = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
}
