package access

import (
	"slices"
	"testing"
)

// TestRegistryDenies: a Deny of the registry policy closes an Allow only if it is for every
// repository of the Allow.
func TestRegistryDenies(t *testing.T) {
	t.Parallel()
	const base = "arn:aws:ecr:us-east-1:987654321098:repository/"
	for name, tt := range map[string]struct {
		allow, deny string
		want        Code
	}{
		"all but those":       {`"Resource":"` + base + `public-*"`, `"NotResource":"` + base + `public-*"`, OpenToEveryone},
		"all but others":      {`"Resource":"` + base + `public-*"`, `"NotResource":"` + base + `other"`, OpenToEveryone},
		"the same":            {`"Resource":"` + base + `public-*"`, `"Resource":"` + base + `public-*"`, ClosedByDeny},
		"more":                {`"Resource":"` + base + `public-*"`, `"Resource":["` + base + `x","` + base + `p*"]`, ClosedByDeny},
		"one more character":  {`"Resource":"` + base + `public-*"`, `"Resource":"` + base + `public-?"`, OpenToEveryone},
		"less":                {`"Resource":["` + base + `public-*","` + base + `x"]`, `"Resource":"` + base + `public-*"`, OpenToEveryone},
		"the registry":        {`"Resource":"*"`, `"Resource":"` + base + `*"`, ClosedByDeny},
		"everything":          {`"Resource":"` + base + `*"`, `"Resource":"*"`, ClosedByDeny},
		"of all but some":     {`"NotResource":"` + base + `x"`, `"Resource":"` + base + `*"`, ClosedByDeny},
		"of all but some, of": {`"NotResource":"` + base + `x"`, `"Resource":"` + base + `z*"`, OpenToEveryone},
	} {
		s := registry()
		s.RegistryPolicy = doc(statementJSON("A", "Allow", `"*"`, pull+","+tt.allow), statementJSON("D", "Deny", `"*"`, `"Action":"ecr:*",`+tt.deny))
		if got := codesOf(Of(Input{Snapshot: s})); !slices.Equal(got, []string{string(tt.want)}) {
			t.Errorf("%s: %v, want %s", name, got, tt.want)
		}
	}
}
