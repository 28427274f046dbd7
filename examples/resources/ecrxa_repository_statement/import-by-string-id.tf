import {
  to = ecrxa_repository_statement.outside_organization
  id = "987654321098,us-east-1,payment-service,Deny outside the organization"
}
