# REGISTRY_ID,REGION,SID
terraform import ecrxa_registry_grant.organization 987654321098,us-east-1,OrganizationPull
