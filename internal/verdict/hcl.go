package verdict

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// The resource types that remedies name.
const (
	grantType      = "ecrxa_repository_grant"
	rolePolicyType = "ecrxa_consumer_role_policy"
)

// grantHCL writes the ecrxa_repository_grant for the principal; empty for a
// federated user, which that resource does not grant to.
func (c *check) grantHCL(grant repositoryGrant) string {
	var who [2]string
	switch c.principal.Kind {
	case awsname.Role, awsname.RoleSession:
		who = [2]string{"role_arns", quotedList(c.roleARN())}
	case awsname.User:
		who = [2]string{"user_arns", quotedList(c.principal.ARN())}
	case awsname.AccountRoot:
		who = [2]string{"account_ids", quotedList(c.principal.Account)}
	case awsname.FederatedUser:
		return ""
	}
	return resourceHCL(grantType, c.label(),
		[2]string{"registry_id", quoted(c.repository.Account)},
		[2]string{"region", quoted(c.repository.Region)},
		[2]string{"repository", quoted(c.repository.Name)},
		[2]string{"sid", quoted(grant.sid)},
		who,
		[2]string{"access", quoted(string(grant.access))},
	)
}

// consumerHCL writes the ecrxa_consumer_role_policy for the role.
func (c *check) consumerHCL(policy rolePolicy) string {
	return resourceHCL(rolePolicyType, c.label(),
		[2]string{"role", quoted(c.principal.Name)},
		[2]string{"name", quoted(policy.name)},
		[2]string{"repository_arns", quotedList(policy.repositories...)},
		[2]string{"access", quoted(string(policy.access))},
	)
}

// resourceHCL writes a resource block as terraform fmt does.
func resourceHCL(kind, label string, attributes ...[2]string) string {
	width := 0
	for _, a := range attributes {
		width = max(width, len(a[0]))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "resource %q %q {\n", kind, label)
	for _, a := range attributes {
		fmt.Fprintf(&b, "  %-*s = %s\n", width, a[0], a[1])
	}
	b.WriteString("}\n")
	return b.String()
}

func quoted(s string) string { return `"` + s + `"` }

func quotedList(texts ...string) string { return `["` + strings.Join(texts, `", "`) + `"]` }

// label makes a resource name of the repository's name.
func (c *check) label() string {
	label := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, c.repository.Name)
	label = strings.ReplaceAll(label, "-", "_")
	if unicode.IsDigit(rune(label[0])) {
		return "repository_" + label
	}
	return label
}

// freeSid makes a Sid of the access and the principal that no statement of the
// repository policy has: a grant of the same Sid would replace that statement.
func (c *check) freeSid() string {
	sid := map[actionset.Name]string{
		actionset.Pull:             "Pull",
		actionset.Push:             "Push",
		actionset.PullPush:         "PullPush",
		actionset.PullThroughCache: "PullThroughCache",
	}[c.access] + "By" + c.principal.Account + onlyAlphanumeric(c.principal.Name)
	return free(sid, "", func(sid string) bool {
		return slices.ContainsFunc(c.documents.repository, func(d namedPolicy) bool { return len(d.Find(sid)) > 0 })
	})
}

// freePolicyName returns the default name of an ecrxa_consumer_role_policy, or
// one beside it when the role has an inline policy of that name.
func (c *check) freePolicyName() string {
	return free("ecrxa-pull", "-", func(name string) bool {
		return slices.ContainsFunc(c.documents.identity, func(d namedPolicy) bool { return d.key == name })
	})
}

// free returns the name, with a number after it when it is taken.
func free(name, separator string, taken func(string) bool) string {
	candidate := name
	for n := 2; taken(candidate); n++ {
		candidate = fmt.Sprintf("%s%s%d", name, separator, n)
	}
	return candidate
}

func onlyAlphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, s)
}
