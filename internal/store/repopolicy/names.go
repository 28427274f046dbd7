package repopolicy

import "github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"

// The types of package policystore.
type (
	Store                = policystore.Store
	Key                  = policystore.Key
	Plan                 = policystore.Plan
	Result               = policystore.Result
	Outcome              = policystore.Outcome
	ExistsError          = policystore.ExistsError
	ChangedError         = policystore.ChangedError
	DuplicateSidError    = policystore.DuplicateSidError
	VersionError         = policystore.VersionError
	RefusedError         = policystore.RefusedError
	MismatchError        = policystore.MismatchError
	UnknownElementsError = policystore.UnknownElementsError
	LostError            = policystore.LostError
	TooLargeError        = policystore.TooLargeError
)

// MaxSize is policystore.MaxSize.
const MaxSize = policystore.MaxSize

// The functions of package policystore.
var (
	Find         = policystore.Find
	Refused      = policystore.Refused
	Fingerprints = policystore.Fingerprints
	Size         = policystore.Size
	Sizes        = policystore.Sizes
)
