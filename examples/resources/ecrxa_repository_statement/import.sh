# REGISTRY_ID,REGION,REPOSITORY,SID
terraform import ecrxa_repository_statement.outside_organization '987654321098,us-east-1,payment-service,Deny outside the organization'
