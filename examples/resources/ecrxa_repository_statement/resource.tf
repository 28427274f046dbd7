# Nobody outside the organization pulls, whatever other statements allow. AWS services
# such as Lambda have no organization, so they are left out of the Deny.
resource "ecrxa_repository_statement" "outside_organization" {
  repository = "payment-service"
  statement = jsonencode({
    Sid       = "Deny outside the organization"
    Effect    = "Deny"
    Principal = "*"
    Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    Condition = {
      StringNotEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" }
      BoolIfExists    = { "aws:PrincipalIsAWSService" = "false" }
    }
  })
}

# One account pulls only through its VPC endpoint.
resource "ecrxa_repository_statement" "outside_endpoint" {
  repository = "payment-service"
  statement = jsonencode({
    Sid       = "DenyOutsideEndpoint"
    Effect    = "Deny"
    Principal = { AWS = "arn:aws:iam::123456789012:root" }
    Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    Condition = {
      StringNotEquals = { "aws:SourceVpce" = "vpce-0a1b2c3d4e5f60718" }
    }
  })
}
