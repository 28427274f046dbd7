package awsapi

import (
	"errors"
	"fmt"
	"os"
)

// wantedRole is a role that the provider is to assume.
type wantedRole struct {
	arn     string
	namedBy string // the place that names it, as in "assume_role in the provider block"
}

func webIdentityRole(web AssumeRoleWithWebIdentity) wantedRole {
	if web.RoleARN != "" {
		return wantedRole{web.RoleARN, "assume_role_with_web_identity in the provider block"}
	}
	return wantedRole{os.Getenv("AWS_ROLE_ARN"), "AWS_ROLE_ARN"}
}

// blockName names one assume_role block of several, counted from zero.
func blockName(index, count int) string {
	if count == 1 {
		return "assume_role in the provider block"
	}
	return fmt.Sprintf("assume_role block %d of %d in the provider block", index+1, count)
}

// roleNotAssumed returns the role whose credentials were missing first, where err is
// about one: of a chain, the one that could not be assumed.
func roleNotAssumed(err error) (wantedRole, bool) {
	var role wantedRole
	for {
		failed, ok := errors.AsType[*credentialsError](err)
		if !ok {
			return role, role.arn != ""
		}
		role, err = failed.role, failed.err
	}
}
