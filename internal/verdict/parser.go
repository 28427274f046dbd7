// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A Parser parses and compiles policy documents, each text once: a caller that
// judges many pulls, or that needs the target of a pull before it has all documents,
// uses one Parser for all of it. The zero value is ready for use. It must not be
// used by several goroutines at once, and neither must the judgements that it makes.
type Parser struct {
	sources map[string]*source
	size    int
}

// Size returns how much the Parser keeps, in bytes of text that it has parsed or compiled.
func (p *Parser) Size() int { return p.size }

// A source is a text that was read.
type source struct {
	text     string
	parser   *Parser
	document *policy.Document // nil where the text is not a policy document
	err      error
	compiled map[compilation]*authz.Policy
}

// A compilation is what one text can be compiled as.
type compilation struct {
	name   string
	stored bool // as a document that AWS has
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
	read := &source{text: text, parser: p, document: doc, err: err, compiled: map[compilation]*authz.Policy{}}
	p.sources[text] = read
	p.size += len(text)
	return read
}

// as compiles the document.
func (s *source) as(c compilation) *authz.Policy {
	compiled, ok := s.compiled[c]
	if !ok {
		compiled = compile(s.document, c)
		s.compiled[c] = compiled
		s.parser.size += len(s.text)
	}
	return compiled
}

func compile(doc *policy.Document, c compilation) *authz.Policy {
	compiled := authz.Compile(c.name, doc)
	if c.stored {
		return compiled.Stored()
	}
	return compiled
}
