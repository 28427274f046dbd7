package verdict

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A Parser parses and compiles policy documents, each text once: a caller that
// judges many pulls, or that needs the target of a pull before it has all documents,
// uses one Parser for all of it. The zero value is ready for use. It must not be
// used by several goroutines at once.
type Parser struct{ sources map[string]*source }

// A source is a text that was read.
type source struct {
	document *policy.Document // nil where the text is not a policy document
	err      error
	compiled map[string]*authz.Policy // by name
}

// source returns a text, read.
func (p *Parser) source(text string) *source {
	if known, ok := p.sources[text]; ok {
		return known
	}
	if p.sources == nil {
		p.sources = map[string]*source{}
	}
	doc, err := policy.Parse(text)
	read := &source{document: doc, err: err, compiled: map[string]*authz.Policy{}}
	p.sources[text] = read
	return read
}

// as compiles the document under a name.
func (s *source) as(name string) *authz.Policy {
	compiled, ok := s.compiled[name]
	if !ok {
		compiled = authz.Compile(name, s.document)
		s.compiled[name] = compiled
	}
	return compiled
}
