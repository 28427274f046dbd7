// SPDX-License-Identifier: MPL-2.0

package pullerror

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A reading is what was found in a text. It always has a finding.
type reading struct {
	findings []Finding // most telling first
	facts    int       // how many facts the first one has
}

// nearby is how far from each other the parts of one message may be.
const nearby = 700

// read finds the errors in a text on one line.
func read(text string) reading {
	small := lower(text)
	found := denials(text, small)
	for i := range patterns {
		if f, ok := patterns[i].find(small); ok {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		found = []Finding{{
			Pattern: "unknown", Kind: Unknown, Side: UnknownSide, Certainty: NotKnown,
			Meaning: "This is no text of a failed pull that this function knows.",
		}}
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return b.strength - a.strength })
	facts := context{text: text, small: small, images: images(text)}
	for i := range found {
		facts.fill(&found[i])
	}
	found = distinct(found)
	return reading{findings: found, facts: found[0].count()}
}

// find returns the first place of a pattern in a text.
func (p *pattern) find(small string) (Finding, bool) {
	at, length := -1, 0
	for _, word := range p.any {
		if i := p.index(small, word); i >= 0 && (at < 0 || i < at) {
			at, length = i, len(word)
		}
	}
	if at < 0 {
		return Finding{}, false
	}
	return Finding{
		Pattern: p.name, Source: p.source, Kind: p.kind, Candidates: p.also, Side: p.side, Certainty: p.certainty,
		PolicyTypes: p.policyTypes, Action: p.action, Meaning: p.meaning, at: at, end: at + length, strength: p.strength,
	}, true
}

// maxPlaces is at how many places one word is looked at.
const maxPlaces = 100

// index returns the first place of a word that has near it what the pattern asks for.
func (p *pattern) index(small, word string) int {
	from := 0
	for range maxPlaces {
		i := strings.Index(small[from:], word)
		if i < 0 {
			return -1
		}
		at := from + i
		from = at + len(word)
		around := small[max(0, at-nearby):min(len(small), from+nearby)]
		has := func(words string) bool {
			return slices.ContainsFunc(strings.Split(words, "|"), func(w string) bool { return strings.Contains(around, w) })
		}
		if !slices.ContainsFunc(p.near, func(words string) bool { return !has(words) }) && !slices.ContainsFunc(p.not, has) {
			return at
		}
	}
	return -1
}

// betterThan reports whether a text tells more if its lines are joined where a terminal
// may have broken them.
func (r reading) betterThan(other reading) bool {
	a, b := r.findings[0], other.findings[0]
	switch {
	case a.strength != b.strength:
		return a.strength > b.strength
	case a.complete != b.complete:
		return a.complete
	}
	return r.facts > other.facts
}

// count returns how many facts a finding has.
func (f *Finding) count() int {
	n := 0
	for _, fact := range []string{f.Action, f.Principal, f.Account, f.Region, f.Repository, f.Host} {
		if fact != "" {
			n++
		}
	}
	return n
}

// distinct leaves out errors that only repeat another one or say that there is one.
func distinct(found []Finding) []Finding {
	kept := found[:1]
	for _, f := range found[1:] {
		repeats := func(other Finding) bool {
			near := f.at-other.end < nearby && other.at-f.end < nearby
			switch {
			case f.Kind == other.Kind && f.Action == other.Action && f.Principal == other.Principal && f.Resource == other.Resource,
				f.Pattern == other.Pattern && !f.denial:
				return true
			case f.denial && f.Action != "":
				return false
			}
			return near && (f.strength <= atClient && other.strength > f.strength || f.strength == atConnection && other.strength == atConnection || slices.Contains(other.Candidates, f.Kind))
		}
		if f.strength >= atStatus && !slices.ContainsFunc(kept, repeats) {
			kept = append(kept, f)
		}
	}
	return kept
}

// A context is the text around findings.
type context struct {
	text, small string
	images      []place
}

// fill adds to a finding what the text around it says.
func (c *context) fill(f *Finding) {
	before, after := max(0, f.at-nearby), min(len(c.small), f.end+nearby)
	around, smallAround := c.text[before:after], c.small[before:after]
	if f.Kind == Policy || f.Kind == Credentials {
		f.AuthorizationID = authorizationID(around, smallAround)
	}
	p, hasImage := nearest(c.images, f.end)
	if hasImage && (f.Repository == "" || p.image.Repository.Name == f.Repository) {
		c.fillImage(f, p)
	}
	if !f.denial {
		if f.Action == "" {
			f.Action = operation(around, smallAround)
		}
		c.refine(f, around, smallAround, p, hasImage)
		if f.Image == "" && f.Repository == "" && f.Host == "" {
			f.Image = imageName(around, smallAround)
		}
	}
	if f.Resource == "" && f.Repository != "" && f.Account != "" && f.Region != "" {
		f.Resource = awsname.Repository{Partition: awsname.Partition(f.Region), Region: f.Region, Account: f.Account, Name: f.Repository}.ARN()
	}
	if !slices.Contains(f.Candidates, f.Kind) {
		f.Candidates = append([]Kind{f.Kind}, f.Candidates...)
	}
	if f.Meaning == "" {
		f.Meaning = wording.Sentence(denialMeaning(*f))
	}
	if f.PolicyTypes == nil || f.Kind != Policy {
		f.PolicyTypes = []authz.PolicyType{}
	}
	if f.Region == "" && f.Host != "" {
		f.Region = regionOf(f.Host)
	}
	f.Checks = checks(*f)
}

func (c *context) fillImage(f *Finding, p place) {
	if f.Account == "" || f.Account == p.image.Repository.Account {
		f.Image = p.uri
		if f.Image == "" && p.image.Repository.Name != "" && p.image.Repository.Account != "" {
			f.Image, _ = p.image.URI()
		}
	}
	if f.Account == "" {
		f.Account = p.image.Repository.Account
	}
	if f.Region == "" {
		f.Region = p.image.Repository.Region
	}
	if f.Repository == "" {
		f.Repository = p.image.Repository.Name
	}
}

// refine makes of the pattern's finding that of this text.
func (c *context) refine(f *Finding, around, small string, p place, hasImage bool) {
	if registry := otherRegistry(small); registry != "" && (f.strength < atECR || f.Kind == Throttled) && f.Kind != NotAPull && f.Kind != Storage && f.Kind != Unknown || registry == "Docker Hub" && f.Pattern == "throttled" {
		if !hasImage || p.at < f.at-nearby || p.at > f.end+nearby {
			c.elsewhere(f, registry)
			return
		}
	}
	switch f.Pattern {
	case "repository_not_found":
		c.notFound(f, around, small)
	case "image_not_found":
		if id := quoted(around, small, "in the registry with id "); awsname.IsAccountID(id) {
			f.Account = id
		}
		if name := quoted(around, small, "the repository with name "); awsname.CheckRepositoryName(name) == nil {
			f.Repository = name
		}
	case "ecs_connection", "no_such_host", "no_connection", "connection_lost", "tls", "proxy", "layers_forbidden":
		c.unreached(f, around, small)
	case "lambda_bad_source_image":
		if hasImage && p.pinned() && !p.image.FIPS {
			f.Kind, f.Candidates, f.Certainty = Region, []Kind{Reference}, Ambiguous
			f.Meaning = "AWS Lambda does not take this URI, which is complete: mostly the image is in another Region than the function."
		}
		if !hasImage {
			f.Image = imageName(around, small)
			if name, _, _ := strings.Cut(f.Image, ":"); awsname.CheckRepositoryName(name) == nil {
				f.Repository = name
			}
		}
	case "sagemaker_role":
		f.Principal, f.Action = quoted(around, small, "the role "), "ecr:BatchGetImage"
		if strings.Contains(small, "getdownloadurlforlayer permission") {
			f.Action = "ecr:GetDownloadUrlForLayer"
		}
	case "sagemaker_service":
		if i := strings.Index(small, ".amazonaws.com service principal"); i >= 0 {
			start := strings.LastIndexByte(small[:i], ' ') + 1
			f.Principal = printed.Name(around[start : i+len(".amazonaws.com")])
		}
	case "ecs_role_not_assumed", "ecs_role_cannot_pull", "apprunner_instance_role":
		f.Principal = roleARN(around)
	case "lambda_restore":
		f.Principal = "lambda.amazonaws.com"
	case "pull_access_denied":
		if !hasImage && f.Image == "" {
			c.withoutHost(f, around, small)
		}
	}
}

// operation returns the action of the call to ECR that a text names in the words of the AWS
// CLI or an SDK.
func operation(text, small string) string {
	for _, mark := range []string{"when calling the ", "operation error ecr: ", "calling ecr."} {
		i := strings.Index(small, mark)
		if i < 0 {
			continue
		}
		p := parser{text: text, small: small, i: i + len(mark)}
		if action := "ecr:" + p.word(); actionset.IsAction(action) {
			return action
		}
	}
	return ""
}

// imageName returns an image that is not named by the URI of a private registry.
func imageName(text, small string) string {
	for _, mark := range []string{"pulling image \"", "pull image \"", "unpack image \"", "resolve reference \"", "failed to resolve ref ", "source image ", "docker pull ", "pull access denied for "} {
		i := strings.Index(small, mark)
		if i < 0 {
			continue
		}
		p := parser{text: text, small: small, i: i + len(mark)}
		name := p.word()
		name, _, _ = strings.Cut(name, `"`)
		if name != "" && !strings.ContainsAny(name, "<*{") && !strings.Contains(name, ".dkr") && strings.ContainsAny(name, "/:") && !strings.Contains(name, "://") {
			return printed.Name(name)
		}
	}
	return ""
}

// elsewhere turns a finding into one about a registry to which no ECR policy applies.
func (c *context) elsewhere(f *Finding, registry string) {
	also := []Kind{}
	if f.Kind != OtherRegistry {
		also = append(also, f.Kind)
	}
	f.Kind, f.Candidates, f.Side, f.Certainty, f.PolicyTypes, f.Action = OtherRegistry, also, Neither, Certain, nil, ""
	f.Pattern = "other_registry"
	f.Meaning = "The image comes from " + registry + ", not from a private registry of Amazon ECR. No policy of a repository or of the pulling role for Amazon ECR applies."
}

// withoutHost is about an image whose name has no registry, which tools pull from Docker
// Hub.
func (c *context) withoutHost(f *Finding, around, small string) {
	for _, mark := range []string{"pull access denied for ", "pull access denied, ", "repository "} {
		i := strings.Index(small, mark)
		if i < 0 {
			continue
		}
		p := parser{text: around, small: small, i: i + len(mark)}
		name := p.word()
		first, _, slash := strings.Cut(name, "/")
		if name == "" || strings.ContainsAny(name, "*<") || slash && strings.Contains(first, ".") || name == "repository" || name == "does" {
			return
		}
		c.elsewhere(f, "Docker Hub")
		f.Candidates, f.Certainty = append([]Kind{Reference}, f.Candidates...), Likely
		f.Meaning = "The name of the image has no registry, so it is pulled from Docker Hub. For an image in Amazon ECR it must begin with ACCOUNT.dkr.ecr.REGION.amazonaws.com/."
		return
	}
}

// notFound reads the name and the account in ECR's message about a missing repository.
func (c *context) notFound(f *Finding, around, small string) {
	if id := quoted(around, small, "in the registry with id "); awsname.IsAccountID(id) {
		f.Account = id
	} else if id != "" && !strings.Contains(id, "*") && !isDigit(id[0]) {
		c.elsewhere(f, "Amazon ECR Public")
		return
	}
	name := quoted(around, small, "the repository with name ")
	if strings.Contains(name, ".dkr.ecr") || strings.Contains(name, "public.ecr.aws") {
		f.Kind, f.Candidates, f.Side, f.Certainty = Reference, []Kind{Existence}, Consumer, Certain
		f.Repository, f.Resource = "", ""
		f.Meaning = "ECR was asked for a repository whose name is a whole image URI. The tool wants the name alone, without the host of the registry."
		return
	}
	if awsname.CheckRepositoryName(name) == nil {
		f.Repository = name
	}
	if f.Image != "" && !strings.Contains(f.Image, f.Repository) {
		f.Image = ""
	}
	for _, region := range regions(c.text) {
		if f.Image != "" && region != f.Region {
			f.Kind, f.Candidates, f.Certainty = Region, []Kind{Existence}, Likely
			f.Meaning = "ECR says that the registry has no repository of this name in the Region that was asked. The image is in " + f.Region + ", and the text also names " + region + ": probably the tool asked there."
			return
		}
	}
}

// unreached adds the host that a text names, and what follows from it.
func (c *context) unreached(f *Finding, around, small string) {
	f.Host = printed.Name(hostBefore(around, f.end-max(0, f.at-nearby)))
	if f.Pattern == "no_such_host" && f.Host == "" {
		f.Host = wordAfter(around, small, "lookup ")
	}
	switch region := regionOf(f.Host); {
	case f.Pattern == "no_such_host" && f.Host != "" && !strings.Contains(f.Host, "."):
		f.Kind, f.Candidates, f.Certainty = Reference, []Kind{Network}, Likely
		f.Meaning = "The tool asked a registry on the host " + f.Host + ", which is no name of a host: the name of a repository or of a machine stands where the host of the registry should be."
	case f.Pattern == "no_such_host" && strings.HasPrefix(region, "cn-") && strings.HasSuffix(f.Host, ".amazonaws.com"):
		f.Kind, f.Candidates, f.Certainty = Reference, []Kind{Network}, Likely
		f.Meaning = "The host does not exist: in the Regions of China, the hosts of Amazon ECR end with amazonaws.com.cn."
	case f.Pattern == "no_such_host" && region != "" && !slices.Contains(awsname.KnownRegions(), region):
		f.Kind, f.Candidates, f.Certainty = Region, []Kind{Network}, Likely
		f.Meaning = "The host does not exist: no Region " + region + " is known that has Amazon ECR."
	case strings.HasPrefix(f.Host, "169.254."), strings.HasPrefix(f.Host, "sts."):
		f.Kind, f.Candidates = Credentials, []Kind{Network}
		f.Meaning = "What pulls could not reach the service that gives it its AWS credentials, at " + f.Host + ". Without them there is no ECR token."
	case strings.Contains(f.Host, "starport-layer-bucket") && f.Pattern != "layers_forbidden":
		f.Meaning = "There was no connection to Amazon S3, from which the layers come. ECR had given the address of the layer, so its policies allow the pull."
	case apiHost.MatchString(f.Host):
		f.Action = "ecr:GetAuthorizationToken"
		f.Meaning = "There was no connection to the API of Amazon ECR, which gives the token. Policies of IAM and ECR are not the cause."
	}
}

// quoted returns the word in quotes after a mark.
func quoted(text, small, mark string) string {
	i := strings.Index(small, mark)
	if i < 0 {
		return ""
	}
	rest := text[i+len(mark):]
	rest = rest[:min(len(rest), maxPrincipal)]
	if rest == "" || strings.IndexByte(`'"`+"`", rest[0]) < 0 {
		return ""
	}
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return ""
	}
	return printed.Name(rest[1 : 1+end])
}

// wordAfter returns the word after a mark.
func wordAfter(text, small, mark string) string {
	i := strings.Index(small, mark)
	if i < 0 {
		return ""
	}
	p := parser{text: text, small: small, i: i + len(mark)}
	return printed.Name(p.word())
}

// roleARN returns the first role that a text names.
func roleARN(text string) string {
	for _, mark := range []string{"arn:aws:iam::", "arn:aws-cn:iam::", "arn:aws-us-gov:iam::"} {
		i := strings.Index(text, mark)
		if i < 0 {
			continue
		}
		p := parser{text: text, small: text, i: i}
		if arn := p.word(); strings.Contains(arn, ":role/") {
			return printed.Name(arn)
		}
	}
	return ""
}
