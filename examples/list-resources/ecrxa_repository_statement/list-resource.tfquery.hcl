# The statements that no grant can express, such as Deny.
list "ecrxa_repository_statement" "others" {
  provider = ecrxa

  config {
    repository = "payment-service"
  }
}
