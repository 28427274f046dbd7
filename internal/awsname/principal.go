// SPDX-License-Identifier: MPL-2.0

package awsname

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A PrincipalKind is the kind of principal that an ARN names.
type PrincipalKind string

// The kinds of principal.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
const (
	AccountRoot   PrincipalKind = "account root"
	Role          PrincipalKind = "role"
	RoleSession   PrincipalKind = "role session"
	User          PrincipalKind = "user"
	FederatedUser PrincipalKind = "federated user"
	Service       PrincipalKind = "service" // an AWS service; ParsePrincipal returns none
)

// A Principal is an IAM or STS principal, read from its ARN.
type Principal struct {
	Kind      PrincipalKind
	Partition string
	Account   string // 12 digits; of a service, the account that it works for
	Path      string // begins and ends with "/"; always "/" for sessions, because their ARN has no path
	Name      string // role, user or federated user name; empty for an account root; of a service, its service principal
	Session   string // session name, for a role session only
}

// isName reports whether s has the form and the length of a role, user or session name.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func isName(s string) bool {
	for _, c := range s {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '_', c == '+', c == '=', c == ',', c == '.', c == '@', c == '-':
		default:
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// isPath reports whether s, which begins and ends with a slash, is a path that AWS accepts.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func isPath(s string) bool {
	return len(s) <= 512 && !strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' })
}

// notPrincipals are the resources of IAM that people take for a principal, with what to write
// instead.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html#awsidentityandaccessmanagementiam-resources-for-iam-policies
var notPrincipals = map[string]string{
	"instance-profile": "an instance profile, not a principal: write the role in it, which `aws iam get-instance-profile` shows",
	"group":            "a group, which cannot be a principal: write its users",
	"policy":           "a policy, not a principal: write the role that it is attached to",
	"oidc-provider":    "an identity provider, not the principal that pulls: write the role that trusts it",
	"saml-provider":    "an identity provider, not the principal that pulls: write the role that trusts it",
}

// ParsePrincipal reads the ARN of a role, a role session, a user, a federated user or an
// account root. A wildcard is an error: AWS does not accept one in a part of a principal.
func ParsePrincipal(s string) (Principal, error) {
	if trimmed := strings.TrimSpace(s); trimmed != s && strings.HasPrefix(trimmed, "arn:") {
		return Principal{}, fmt.Errorf("%s has white space at its beginning or end: write %s", printed.Quoted(s), printed.Quoted(trimmed))
	}
	a, err := ParseARN(s)
	if err != nil {
		return Principal{}, notAPrincipal(s, err)
	}
	if strings.ContainsAny(s, "*?") {
		return Principal{}, fmt.Errorf("%s has a wildcard: AWS does not accept wildcards in a part of a principal ARN", printed.Quoted(s))
	}
	if !KnownPartition(a.Partition) {
		return Principal{}, fmt.Errorf("%s has the unknown partition %s", printed.Quoted(s), printed.Quoted(a.Partition))
	}
	if a.Service != "iam" && a.Service != "sts" {
		return Principal{}, fmt.Errorf("%s is the ARN of a resource of %s, not of an IAM principal", printed.Quoted(s), printed.Value(a.Service))
	}
	kind, rest, _ := strings.Cut(a.Resource, "/")
	if what := notPrincipals[kind]; a.Service == "iam" && what != "" {
		return Principal{}, fmt.Errorf("%s is %s", printed.Quoted(s), what)
	}
	if a.Region != "" {
		return Principal{}, fmt.Errorf("%s has the Region %s: principal ARNs have none", printed.Quoted(s), printed.Quoted(a.Region))
	}
	if err := CheckAccountID(a.Account); err != nil {
		return Principal{}, fmt.Errorf("%s: %w", printed.Quoted(s), err)
	}
	p := Principal{Partition: a.Partition, Account: a.Account, Path: "/"}
	if a.Service == "iam" && a.Resource == "root" {
		p.Kind = AccountRoot
		return p, nil
	}
	switch a.Service + " " + kind {
	case "iam role", "iam user":
		p.Kind = Role
		if kind == "user" {
			p.Kind = User
		}
		slash := strings.LastIndex(rest, "/")
		p.Name = rest[slash+1:]
		p.Path = strings.TrimSuffix(a.Resource[len(kind):], p.Name)
	case "sts assumed-role":
		p.Kind = RoleSession
		p.Name, p.Session, _ = strings.Cut(rest, "/")
		if !isName(p.Session) {
			return Principal{}, fmt.Errorf("%s does not name a session: expected arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION", printed.Quoted(s))
		}
	case "sts federated-user":
		p.Kind = FederatedUser
		p.Name = rest
	default:
		return Principal{}, fmt.Errorf("%s is not the ARN of a role, role session, user, federated user or account root", printed.Quoted(s))
	}
	if !isName(p.Name) {
		return Principal{}, fmt.Errorf("%s does not name a %s: AWS accepts 1 to 64 letters, digits and the characters + = , . @ _ -", printed.Quoted(s), p.Kind)
	}
	if !isPath(p.Path) {
		return Principal{}, fmt.Errorf("%s has a path that AWS does not accept: it has printable ASCII characters without spaces, and up to 512 of them", printed.Quoted(s))
	}
	return p, nil
}

var oneColon = regexp.MustCompile(`^(arn:[a-z-]+:iam):([0-9]{12}:.+)$`)

// notAPrincipal returns the error for text that is not an ARN. It corrects two frequent
// mistakes: a name instead of an ARN, and a missing colon after iam.
func notAPrincipal(s string, err error) error {
	if !strings.HasPrefix(s, "arn:") {
		return fmt.Errorf("%s is not an ARN: write it as arn:aws:iam::ACCOUNT:role/NAME", printed.Quoted(s))
	}
	if m := oneColon.FindStringSubmatch(s); m != nil {
		return fmt.Errorf("%s needs two colons after iam (the Region is empty): %s", printed.Quoted(s), printed.Value(m[1]+"::"+m[2]))
	}
	return err
}

// ARN returns the ARN of the principal, or the service principal of a service, which has
// none.
func (p Principal) ARN() string {
	a := ARN{Partition: p.Partition, Service: "iam", Account: p.Account}
	switch p.Kind {
	case Service:
		return p.Name
	case AccountRoot:
		a.Resource = "root"
	case Role:
		a.Resource = "role" + p.Path + p.Name
	case User:
		a.Resource = "user" + p.Path + p.Name
	case RoleSession:
		a.Service, a.Resource = "sts", "assumed-role/"+p.Name+"/"+p.Session
	case FederatedUser:
		a.Service, a.Resource = "sts", "federated-user/"+p.Name
	}
	return a.String()
}

// uniqueIDPattern is the form of the IDs that AWS shows in a resource-based policy for a
// deleted role (AROA) or user (AIDA).
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
var uniqueIDPattern = regexp.MustCompile(`^(AROA|AIDA)[A-Z0-9]{12,124}$`)

// IsUniqueID reports whether s has the form of a unique ID. AWS shows it in a
// resource-based policy in place of a deleted role or user.
func IsUniqueID(s string) bool { return uniqueIDPattern.MatchString(s) }

// errNotServicePrincipal is the error for text that does not have the form of a service
// principal.
var errNotServicePrincipal = errors.New("not a service principal: expected SERVICE.amazonaws.com")

var servicePrincipal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)

// CheckServicePrincipal returns an error that wraps errNotServicePrincipal if s does not
// have the form of a service principal, such as lambda.amazonaws.com.
func CheckServicePrincipal(s string) error {
	if !servicePrincipal.MatchString(s) {
		return fmt.Errorf("%s is %w", printed.Quoted(s), errNotServicePrincipal)
	}
	return nil
}

// IsOfIdentityCenter reports whether the principal is a role of IAM Identity Center, or a
// session of one. The path of these roles begins with /aws-reserved/sso.amazonaws.com/, and
// nobody else can create a role there.
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func (p Principal) IsOfIdentityCenter() bool {
	return (p.Kind == Role || p.Kind == RoleSession) && strings.HasPrefix(p.Name, "AWSReservedSSO_")
}

// IdentityCenterPath begins the path of every role of IAM Identity Center; a Region may follow.
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
const IdentityCenterPath = "/aws-reserved/sso.amazonaws.com/"

// ServiceLinkedPath begins the path of every service-linked role.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
const ServiceLinkedPath = "/aws-service-role/"

// MayBeServiceLinked reports whether the principal has the name of a service-linked role,
// whatever its path.
func (p Principal) MayBeServiceLinked() bool { return strings.HasPrefix(p.Name, "AWSServiceRoleFor") }

// LacksPath reports whether the principal is a role of IAM Identity Center without the path that
// every such role has.
func (p Principal) LacksPath() bool {
	return p.Kind == Role && p.IsOfIdentityCenter() && !strings.HasPrefix(p.Path, IdentityCenterPath)
}
