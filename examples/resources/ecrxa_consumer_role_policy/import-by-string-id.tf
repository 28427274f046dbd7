import {
  to = ecrxa_consumer_role_policy.payments
  id = "ecsTaskExecutionRole,ecrxa-pull"
}
