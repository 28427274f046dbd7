// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// readPuller reads what pulls, and where it runs.
func (r *reading) readPuller() {
	found, ok := puller.Of(r.in.Puller)
	if r.in.Puller != "" && !ok {
		problem := fmt.Sprintf("is %s; expected one of %s", printed.Quoted(string(r.in.Puller)), wording.List(puller.Names(), "or"))
		r.fault(At{Attribute: "puller"}, problem, nil)
	}
	r.puller = found
	if region := r.in.PullerRegion; region != "" && !awsname.IsRegion(region) {
		r.fault(At{Attribute: "puller_region"}, fmt.Sprintf("is %s, which is not an AWS Region such as us-east-1", printed.Quoted(region)), nil)
	}
}

// readTrustPolicy reads the trust policy of the role.
func (r *reading) readTrustPolicy() {
	at := At{Attribute: "trust_policy"}
	if r.in.TrustPolicy.State == Known && len(r.in.TrustPolicy.List) == 0 {
		r.fault(at, "is empty, but every role has a trust policy; leave it out if it is not known", nil)
	}
	for _, d := range r.in.TrustPolicy.List {
		if d.Text == UnknownText {
			continue
		}
		isStored := d.IsStored()
		d.At = placed(d.At, at)
		if read := r.document(d); read != nil {
			r.trust = read.as(compilation{"trust policy", isStored})
		}
	}
	if r.puller.Role == "" {
		r.trust = nil
	}
	if r.trust != nil {
		r.assumable = r.mayBeAssumed()
	}
	if kind := r.target.Principal.Kind; r.puller.Role != "" && kind != "" && !r.target.IsRole() {
		r.fault(At{Attribute: "role_arn"}, fmt.Sprintf("is the ARN of a principal of the kind %s, and %s pulls with a role: %s", kind, r.puller.Subject, r.puller.Role), nil)
	}
}

// Puller returns what is known of what pulls.
func (j *Judgement) Puller() puller.Puller { return j.arguments.puller }

// PullerRegion returns the Region in which the puller runs; empty if that is not known.
func (j *Judgement) PullerRegion() string { return j.arguments.pullerRegion() }

func (a *arguments) pullerRegion() string {
	if a.in.PullerRegion != "" || a.in.SourceARN == "" {
		return a.in.PullerRegion
	}
	source, _ := awsname.ParseARN(a.in.SourceARN)
	return source.Region
}

// pullerObstacles returns what keeps the puller from pulling this image at all.
func (a *arguments) pullerObstacles() []Obstacle {
	var found []Obstacle
	if region := a.pullerRegion(); a.puller.OwnRegion && region != "" && region != a.target.Repository.Region {
		found = append(found, RegionMismatch)
	}
	if a.puller.NoFIPS && a.isFIPS {
		found = append(found, HostNotSupported)
	}
	if a.puller.SameAccount && !a.target.SameAccount() {
		found = append(found, AccountMismatch)
	}
	if a.trust != nil && a.assumable == authz.Denied {
		found = append(found, RoleNotAssumable)
	}
	return found
}

// mayBeAssumed says whether the trust policy lets the puller assume the role. What a token of an
// identity provider says is not known.
func (a *arguments) mayBeAssumed() authz.Verdict {
	principals := a.puller.Trusted
	if a.puller.WebIdentity {
		principals = []string{authz.UnknownPrincipal}
	}
	best := authz.Denied
	for _, principal := range principals {
		verdicts := []authz.Verdict{a.mayAssume(principal)}
		if a.target.Principal.Partition == "aws-cn" {
			verdicts = append(verdicts, a.mayAssume(principal+".cn"))
		}
		switch {
		case slices.Contains(verdicts, authz.Allowed):
			return authz.Allowed
		case slices.Contains(verdicts, authz.Conditional):
			best = authz.Conditional
		}
	}
	return best
}

// IsTrustDenied reports whether a Deny statement of the role's trust policy keeps the puller from
// assuming the role.
func (j *Judgement) IsTrustDenied() bool {
	a := j.arguments
	principals := a.puller.Trusted
	if a.puller.WebIdentity {
		principals = []string{authz.UnknownPrincipal}
	}
	return a.trust != nil && slices.ContainsFunc(principals, func(principal string) bool {
		return authz.Evaluate(a.assuming(principal), a.trusting()).Explicit
	})
}

// IsTrustOfOtherAccount reports whether the trust policy lets the puller assume the role, but only
// for another account than the role's.
func (j *Judgement) IsTrustOfOtherAccount() bool {
	a := j.arguments
	return a.trust != nil && slices.ContainsFunc(a.puller.Trusted, func(principal string) bool {
		request := a.assuming(principal)
		request.Context.Known = nil
		return authz.Decide(request, a.trusting()) != authz.Denied
	})
}

// mayAssume asks the engine. A trust policy is one of the role, and has no Resource. A service
// assumes the role for what it runs in the role's account.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceaccount
func (a *arguments) mayAssume(principal string) authz.Verdict {
	return authz.Decide(a.assuming(principal), a.trusting())
}

func (a *arguments) assuming(principal string) authz.Request {
	role, _ := a.role()
	request := authz.Request{Principal: principal, Action: a.puller.Action(), Resource: role.ARN(), ResourceAccount: role.Account}
	if principal != authz.UnknownPrincipal {
		request.Context.Known = map[string][]string{"aws:SourceAccount": {role.Account}}
	}
	return request
}

func (a *arguments) trusting() authz.Policies {
	return authz.Policies{Repository: authz.PolicySet{Present: true, Policies: []*authz.Policy{a.trust}}}
}

// IsTrustOpen reports whether it depends on the conditions of the role's trust policy whether the
// puller can assume the role.
func (j *Judgement) IsTrustOpen() bool {
	a := j.arguments
	return a.trust != nil && a.assumable == authz.Conditional
}

// TrustedBy returns the service principals, or the kind of principal, that must be able to
// assume the role, in words.
func TrustedBy(p *puller.Puller) string {
	if p.WebIdentity {
		return "a token of the cluster's identity provider"
	}
	return strings.Join(p.Trusted, " or ")
}
