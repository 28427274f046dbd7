import {
  to = ecrxa_consumer_role_policy.payments
  identity = {
    role = "ecsTaskExecutionRole"
    name = "ecrxa-pull" # the default
  }
}
