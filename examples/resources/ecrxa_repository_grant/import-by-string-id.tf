import {
  to = ecrxa_repository_grant.payments
  id = "987654321098,us-east-1,payment-service,PaymentsPull"
}
