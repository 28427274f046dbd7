// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

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

// judge judges a pull: by a role, or by a service, for AWS Lambda with who creates the
// function. Lambda asks for the permissions of the creator when the function is created or
// updated, and for those of the service whenever it loads the image.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#configuration-images-xaccount-permissions
func judge(a *arguments) *Judgement {
	if a.service.Kind != awsname.Service {
		return decide(a)
	}
	of := a.ofService()
	of.addsStatement = a.mayAddStatement()
	j := decide(of)
	if a.puller.Name == puller.Lambda {
		j.creator = decide(a.ofCreator())
	}
	return j
}

// decide judges a pull.
func decide(a *arguments) *Judgement {
	j := &Judgement{arguments: a, compiled: a.compile(), faults: a.faults(), requests: a.allRequests(), left: authz.NewBudget()}
	j.locate()
	j.decisions = make([]Decision, 0, len(j.requests))
	for _, request := range j.requests {
		request.Budget = j.left
		j.decisions = append(j.decisions, a.decide(request, j.compiled))
	}
	return j
}
