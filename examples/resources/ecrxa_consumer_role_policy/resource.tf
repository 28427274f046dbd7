# The task execution role may pull from two repositories of another account.
resource "ecrxa_consumer_role_policy" "payments" {
  role = "ecsTaskExecutionRole"
  repository_arns = [
    "arn:aws:ecr:us-east-1:987654321098:repository/payment-service",
    "arn:aws:ecr:us-east-1:987654321098:repository/base-image",
  ]
}
