// SPDX-License-Identifier: MPL-2.0

// Package verdict judges one pull of an image across accounts: is it allowed, and
// which policies decide it.
//
// Judge turns an Input into a Judgement: everything parsed, compiled and decided,
// once, and immutable. The packages below are functions over a Judgement:
//
//   - lint finds what is probably wrong in the arguments and the policies;
//   - remedy finds what each side can change, and proves it by evaluation;
//   - report words all of it, and has the result that users see.
//
// The package is larger than others, because a Judgement is read, compiled and decided here
// as a whole.
//
// The package is pure: it sees documents, never AWS. What is not known is never
// guessed:
//
//   - identity policies or a repository policy that are not set are unknown,
//     and the verdict is conditional unless something else decides it;
//   - any other policy that is not set is assumed not to apply, and the report
//     says so; a caller that tried to read one and could not, as the data source,
//     gives it as unknown;
//   - a document that may exist and could not be read is unknown, here and in
//     every check that it is passed on to (UnknownText);
//   - a condition key that is not set is unknown, except what follows from the
//     request itself and aws:SecureTransport, which is true for every ECR call.
//
// What a judgement takes into account:
//
//   - The consumer side has the role's policies: identity policies, permissions
//     boundary, session policies, service control policies, VPC endpoint policy.
//     The registry side has those of the repository: repository policy, registry
//     policy, resource control policies. They keep these names within one account,
//     where one Allow of either is enough.
//   - ecr:GetAuthorizationToken is a call to the role's own account: the policies
//     of the registry side do not apply to it, nor what is set in the context about
//     the repository. AWS does not say for certain whether resource control policies of
//     the role's own organization apply.
//   - The first pull through a cache creates the repository: ecr:CreateRepository is
//     judged too, by identity policies and registry policy, and the repository has the
//     policy of the creation template. Where it is not known whether the repository
//     exists, ecr:CreateRepository does not deny the pull, but leaves it open.
//   - An argument may be a document that AWS would reject; then none of its statements
//     is certain. What was read from AWS was accepted.
//   - Control policies do not bind a management account, which a request does not
//     show: none are set for it. That they do not bind service-linked roles,
//     recognized by the path /aws-service-role/, the engine knows.
//   - A registry policy covers every action, unless the scope V1 is declared: then only
//     those of replication and pull through cache.
//   - What pulls may be a service without a role (package puller): the policies of the
//     consumer side are not about it. For AWS Lambda there is a second judgement, on who
//     creates the function.
//   - Layers come from Amazon S3, by a URL that an account of Amazon ECR signs. The policy
//     of an S3 endpoint decides on that, whoever pulls.
//   - A puller that is known cannot do some things regardless of the policies: pull from
//     another Region, or with a role that it cannot assume.
//   - A role in another partition, and a role or a repository that does not exist,
//     deny the pull regardless of the policies. What is planned counts as existing.
//
// The data source ecrxa_pull_check and the function evaluate_pull lead here; both
// have the argument names used in this package.
package verdict
