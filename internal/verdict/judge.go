// SPDX-License-Identifier: MPL-2.0

package verdict

// Target returns who pulls from where, or everything that keeps the input from being
// judged.
func (p *Parser) Target(in Input) (Target, InputErrors) {
	r := p.read(in)
	r.require()
	return r.target, r.faults
}

// Judge judges the pull that the input describes, or returns everything that is
// wrong with the input.
func (p *Parser) Judge(in Input) (*Judgement, InputErrors) {
	r := p.read(in)
	r.require()
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	return judge(r.arguments), nil
}

// Judge is Parser.Judge for one pull alone.
func Judge(in Input) (*Judgement, InputErrors) {
	var p Parser
	return p.Judge(in)
}

// Validate returns everything that is wrong with the arguments that are set. It requires
// none, and so it serves while Terraform does not know some of them yet.
func Validate(in Input) InputErrors {
	var p Parser
	return p.read(in).faults
}

// read reads an input. The reading has copies of its lists, and so does not change
// with them.
func (p *Parser) read(in Input) *reading {
	r := &reading{parser: p, arguments: &arguments{in: in.clone()}}
	r.readAll()
	return r
}
