# ROLE,NAME
terraform import ecrxa_consumer_role_policy.payments ecsTaskExecutionRole,ecrxa-pull
