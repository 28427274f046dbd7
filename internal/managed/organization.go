// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
var organizationIDPattern = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)

// CheckOrganizationID returns an error if id is not the ID of an organization.
func CheckOrganizationID(id string) error {
	switch kind, organization, _ := organizationARN(id); kind {
	case "":
	case "organization":
		return fmt.Errorf("%s is an ARN: write the ID of the organization, %q", printed.Quoted(id), organization)
	default:
		return fmt.Errorf("%s is not the ARN of a whole organization, but of its %s", printed.Quoted(id), kind)
	}
	if !organizationIDPattern.MatchString(id) {
		return fmt.Errorf("%s is not an organization ID: it is o- and 10 to 32 lower-case letters and digits, such as o-a1b2c3d4e5", printed.Quoted(id))
	}
	return nil
}

var organizationARNPattern = regexp.MustCompile(`^arn:aws[a-z-]*:organizations::[0-9]{12}:(organization|root|ou|account)/(o-[a-z0-9]{10,32})(?:/([a-z0-9-]+))?$`)

// organizationARN returns the parts of an ARN of Organizations; "" for other text.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html#awsorganizations-resources-for-iam-policies
func organizationARN(text string) (kind, organization, id string) {
	if m := organizationARNPattern.FindStringSubmatch(text); m != nil {
		return m[1], m[2], m[3]
	}
	return "", "", ""
}

// MeantUnit returns the path of a unit that text names in another form, with the units below it;
// "" if it names none. The path is for the organization, or for one that the reader has to name.
func MeantUnit(text string) string {
	kind, organization, id := organizationARN(text)
	switch {
	case kind == "ou":
		return organization + "/*/" + id + "/*"
	case unitIDPattern.MatchString(text):
		return "o-ORGANIZATION/*/" + text + "/*"
	}
	return ""
}

// Sources: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Root.html and
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html
var (
	rootIDPattern = regexp.MustCompile(`^r-[0-9a-z]{4,32}$`)
	unitIDPattern = regexp.MustCompile(`^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$`)
)

var errOrganizationPath = errors.New("an organization path is ORGANIZATION/ROOT/UNIT/…, such as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*")

// isAnyUnit reports whether a part of a path stands for any unit. AWS documents ou-* for the
// units below another one, without that one.
func isAnyUnit(part string) bool { return part == "*" || part == "ou-*" }

// CheckOrganizationPath returns an error if path is not a path of accounts in one
// organization, with wildcards for whole parts only. The error says what to write.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
func CheckOrganizationPath(path string) error {
	parts, quoted := strings.Split(path, "/"), printed.Quoted(path)
	if unit := MeantUnit(path); unit != "" {
		return fmt.Errorf("%s is a unit without its path: write %s", quoted, unit)
	}
	if CheckOrganizationID(path) == nil {
		return fmt.Errorf("%s is an organization, not a path: write %s/* for all of its accounts", quoted, path)
	}
	if CheckOrganizationID(parts[0]) != nil {
		return fmt.Errorf("%s does not begin with an organization ID: %w", quoted, errOrganizationPath)
	}
	if len(parts) > 2 && unitIDPattern.MatchString(parts[1]) {
		return fmt.Errorf("%s has no root between the organization and the unit: write %s", quoted, printed.Value(parts[0]+"/*/"+strings.Join(parts[1:], "/")))
	}
	if len(parts) < 2 || parts[1] != "*" && !rootIDPattern.MatchString(parts[1]) {
		return fmt.Errorf("%s names no root after the organization: %w", quoted, errOrganizationPath)
	}
	end := parts[len(parts)-1]
	for _, unit := range parts[2:] {
		if strings.ContainsAny(unit, "*?") && !isAnyUnit(unit) {
			return fmt.Errorf("%s has the wildcard %s, which also matches other units with IDs that begin like it. Write the whole ID of the unit, and /* after it to include the units below it", quoted, printed.Quoted(unit))
		}
	}
	if end != "" && !isAnyUnit(end) {
		return fmt.Errorf("%s can never match, because organization paths end with a slash. End it with / for this unit only, or with /* to include the units below it", quoted)
	}
	for i, unit := range parts[2:] {
		isEnd := i+3 == len(parts)
		if !isAnyUnit(unit) && !isEnd && !unitIDPattern.MatchString(unit) {
			return fmt.Errorf("%s has %s, which is not the ID of a unit: %w", quoted, printed.Quoted(unit), errOrganizationPath)
		}
	}
	return nil
}
