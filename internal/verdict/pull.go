// Package verdict judges one pull of an image across accounts: will it work, which
// side denies it, by which statement, and what has to change.
//
// It is pure: it sees documents, never AWS. What is not known is never guessed:
//
//   - identity policies or a repository policy that are not given are unknown,
//     and the verdict is conditional unless something else decides it;
//   - any other document that is not given is assumed not to apply, and
//     Result.Assumptions says so; who could have looked and could not, as the data
//     source, gives it as unknown;
//   - a document that may exist and could not be read is unknown, here and in
//     every check that it is passed on to (UnknownText);
//   - a condition key that is not given is unknown, except what follows from the
//     request itself and aws:SecureTransport, which is true for every ECR call.
//
// What a check takes in:
//
//   - The consumer side is the role's: identity policies, permissions boundary,
//     session policies, service control policies, VPC endpoint policy. The
//     registry side is the repository's: repository policy, registry policy,
//     resource control policies. They keep these names within one account, where
//     one Allow of either is enough.
//   - ecr:GetAuthorizationToken is a call to the role's own account: the policies
//     of the registry side have no say in it.
//   - Control policies do not bind a management account, which no request tells:
//     none are given for it. That they do not bind service-linked roles, told by
//     the path /aws-service-role/, the engine knows.
//   - A registry policy covers every action in scope V2 and only those of
//     replication and pull through cache in scope V1. Where the scope is not known
//     the verdict stands if both scopes lead to it.
//   - A role in another partition, a role or a repository that does not exist
//     deny the pull whatever the policies say. What is only planned exists.
//
// Two doors lead here, the data source ecrxa_pull_check and the function
// evaluate_pull; both have the argument and result names used in this package.
package verdict

// Evaluate judges the pull that in describes. An error is of type InputErrors.
func Evaluate(in Input) (Result, error) {
	c, faults := newCheck(in)
	if len(faults) > 0 {
		return Result{}, faults
	}
	return c.result(), nil
}

// Validate returns every fault in what is given. It misses nothing that is not
// given, and so serves where a part of the arguments is not known yet.
func Validate(in Input) InputErrors {
	_, faults := parse(in)
	return faults
}

// Doubts returns what AWS would refuse in the documents that are given, and that
// can be read all the same. Where it matters, it makes the verdict conditional.
func Doubts(in Input) InputErrors {
	c, _ := parse(in)
	return c.doubts
}

// Oddities returns what is valid in the arguments and probably not meant: a
// misspelt condition key or Region, the login in a repository policy. Each is
// among Result.Mismatches too.
func Oddities(in Input) InputErrors {
	c, _ := parse(in)
	return c.oddities
}
