package report

import (
	"fmt"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// documents says where each document comes from.
func documents(j *verdict.Judgement) []Document {
	out := []Document{}
	for _, p := range j.Provenances() {
		out = append(out, Document(p))
	}
	return out
}

// whatWasRead says which arguments were read from AWS, and which were given, if any were read.
// What is planned is not among them: it is the same after the apply.
func whatWasRead(docs []Document) []string {
	bySource := map[verdict.Source][]string{}
	for _, d := range docs {
		if names := bySource[d.Source]; !slices.Contains(names, d.Argument) {
			bySource[d.Source] = append(names, d.Argument)
		}
	}
	read, given := bySource[verdict.Read], bySource[verdict.Given]
	switch {
	case len(read) == 0:
		return nil
	case len(given) == 0:
		return []string{fmt.Sprintf("Read from AWS: %s.", wording.List(read, "and"))}
	default:
		return []string{fmt.Sprintf("Read from AWS: %s. Given as arguments: %s.", wording.List(read, "and"), wording.List(given, "and"))}
	}
}
