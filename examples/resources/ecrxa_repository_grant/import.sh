# REGISTRY_ID,REGION,REPOSITORY,SID
terraform import ecrxa_repository_grant.payments 987654321098,us-east-1,payment-service,PaymentsPull
