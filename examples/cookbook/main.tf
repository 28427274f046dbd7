terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

provider "ecrxa" {
  alias   = "registry"
  region  = "us-east-1"
  profile = "registry"
}

provider "ecrxa" {
  alias   = "consumer"
  region  = "us-east-1"
  profile = "consumer"
}

locals {
  registry_account = "987654321098"
  consumer_account = "123456789012"

  # One line for each workload: what pulls, with which role, from which repository.
  pulls = {
    fargate   = { puller = "ecs_task", role = "checkout-execution", repository = "payment-service" }
    instances = { puller = "ecs_instance", role = "ecs-instance", repository = "payment-service" }
    nodes     = { puller = "eks_node", role = "eks-node", repository = "base-image" }
    pods      = { puller = "eks_fargate", role = "eks-pod-execution", repository = "base-image" }
    account   = { puller = "eks_service_account", role = "kubelet-checkout", repository = "payment-service" }
    jobs      = { puller = "batch", role = "job-execution", repository = "base-image" }
    builds    = { puller = "codebuild", role = "build", repository = "base-image" }
    models    = { puller = "sagemaker", role = "model-execution", repository = "base-image" }
    website   = { puller = "app_runner", role = "website-access", repository = "payment-service" }
    agents    = { puller = "bedrock_agentcore", role = "agent-execution", repository = "base-image" }
  }

  # Built from account and name, so the verdicts are known in the plan.
  role_arns = { for name, pull in local.pulls : name => "arn:aws:iam::${local.consumer_account}:role/${pull.role}" }
}

resource "ecrxa_repository_grant" "pull" {
  for_each = local.pulls
  provider = ecrxa.registry

  repository = each.value.repository
  sid        = "Pull${title(each.key)}"
  role_arns  = [local.role_arns[each.key]]
}

resource "ecrxa_consumer_role_policy" "pull" {
  for_each = local.pulls
  provider = ecrxa.consumer

  role            = each.value.role
  name            = "pull-${each.value.repository}"
  repository_arns = [ecrxa_repository_grant.pull[each.key].repository_arn]
}

# Both sides as they are today, each read with credentials of its own account.
data "ecrxa_registry_snapshot" "registry" {
  provider     = ecrxa.registry
  repositories = toset([for pull in local.pulls : pull.repository])
}

data "ecrxa_consumer_snapshot" "consumer" {
  provider = ecrxa.consumer
  roles    = toset([for pull in local.pulls : pull.role])
}

# The verdict of each pull, with the changes of this plan.
locals {
  verdicts = {
    for name, pull in local.pulls : name => provider::ecrxa::evaluate_pull({
      puller            = pull.puller
      role_arn          = local.role_arns[name]
      image             = "${local.registry_account}.dkr.ecr.us-east-1.amazonaws.com/${pull.repository}:v1"
      registry_snapshot = data.ecrxa_registry_snapshot.registry.json
      consumer_snapshot = data.ecrxa_consumer_snapshot.consumer.json

      planned_statements    = [ecrxa_repository_grant.pull[name].statement]
      planned_role_policies = { (ecrxa_consumer_role_policy.pull[name].name) = ecrxa_consumer_role_policy.pull[name].policy }
    })
  }
}

output "pulls_that_fail" {
  value = { for name, pull in local.verdicts : name => pull.explanation if !pull.allowed }
}
