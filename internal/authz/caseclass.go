// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strconv"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// A caseColumn is what the elements say in one case.
type caseColumn struct {
	dense      []elementResult // of the elements that are evaluated in every case
	exceptions []elementChange // of the others, those that say something else than they do of any other text
}

// An exactIndex finds the elements that compare a key with texts in full, by text:
// all others of them say of the text what they say of any other. A text of the key
// has the first of its comparisons.
type exactIndex struct {
	key      *unknownKey
	elements []int
	folded   map[string]int // the first comparison without case, from 1, by text in lower case
	compared []exactComparison
}

// An exactComparison is that an element compares the key with a text.
type exactComparison struct{ element, next int } // next: of the same text, from 1

// classifyCases evaluates the elements in every case. Those that compare with texts in
// full it only looks up, as there may be as many of them as there are cases.
func (t *caseTable) classifyCases(k *caseKey) {
	index := exactIndex{key: k.unknownKey, compared: make([]exactComparison, 0, k.values)}
	var dense []int
	for _, i := range k.alone {
		if !index.add(t, i) {
			dense = append(dense, i)
		}
	}
	classes := map[string]int{}
	var columns []caseColumn // of each class
	var column caseColumn
	var signature []byte
	find := newTextFinder(k.unknownKey, t.e)
	k.classOf = make([]int, 0, len(k.cases))
	for i := range k.cases {
		if !t.e.spend(denseSteps * len(dense)) {
			k.classes = nil
			return
		}
		t.fillColumn(&column, &k.cases[i], dense, &index)
		signature = column.appendTo(signature[:0])
		if len(k.shared) > 0 {
			signature = strconv.AppendInt(signature, int64(i), 36) // elements with other keys may differ
		}
		t.e.left -= len(signature)
		class, found := classes[string(signature)]
		if !found {
			class = len(k.classes)
			classes[string(signature)] = class
			k.classes = append(k.classes, caseClass{first: i})
			columns = append(columns, column)
			column = caseColumn{}
		}
		k.classes[class].addCase(&k.cases[i], &find)
		k.classOf = append(k.classOf, class)
	}
	for i := range k.classes {
		before := &columns[(i+len(columns)-1)%len(columns)]
		k.classes[i].changes = t.changes(&columns[i], before, dense)
		t.e.left -= len(dense) + len(k.classes[i].changes)
	}
}

// denseSteps is what it takes to keep what an element says in a case.
const denseSteps = 8

// addCase notes what the policies write for the values of a case.
func (c *caseClass) addCase(a *assumption, f *textFinder) {
	if a.state == KeyAbsent {
		c.absent = true
		return
	}
	c.of.add(a, f)
	text := 0
	if len(a.values) == 1 && a.values[0] != otherValue {
		text = f.find(a)
	}
	if len(c.texts) == 0 || c.texts[len(c.texts)-1] != text {
		c.texts = append(c.texts, text)
	}
}

// add takes up an element, and reports false when it has to be evaluated in every case.
func (x *exactIndex) add(t *caseTable, number int) bool {
	c := t.elements[number].condition
	if c == nil || c.problem != "" || !c.op.family.isText() {
		return false
	}
	for i := range c.values {
		if text, exact := c.values[i].exactText(); !exact || c.op.family == stringFold && !pattern.IsASCII(text) {
			return false
		}
	}
	for i := range c.values {
		text, _ := c.values[i].exactText()
		t.e.left -= textSteps + len(text)/comparedAtOnce
		if c.op.family == stringFold {
			if x.folded == nil {
				x.folded = map[string]int{}
			}
			text = pattern.Lower(text)
			x.compared = append(x.compared, exactComparison{number, x.folded[text]})
			x.folded[text] = len(x.compared)
			continue
		}
		at := &x.key.texts[x.key.find(text)-1]
		x.compared = append(x.compared, exactComparison{number, at.compared})
		at.compared = len(x.compared)
	}
	x.elements = append(x.elements, number)
	return true
}

// saysOfOther returns what an element of an index says of a text that it does not
// compare with.
func (el *caseElement) saysOfOther() elementResult {
	return elementResult{granted: grants{direct: truthOf(el.condition.op.negated)}}
}

// fillColumn evaluates the elements in a case.
func (t *caseTable) fillColumn(column *caseColumn, a *assumption, dense []int, index *exactIndex) {
	column.dense, column.exceptions = slices.Grow(column.dense[:0], len(dense))[:len(dense)], column.exceptions[:0]
	for i, number := range dense {
		column.dense[i] = t.evaluateIn(&t.elements[number], *a)
	}
	isText := a.state == KeyKnown && len(a.values) == 1 && a.values[0] != "" && a.values[0] != otherValue
	if !isText || !pattern.IsASCII(a.values[0]) && len(index.folded) > 0 {
		for _, number := range index.elements {
			el := &t.elements[number]
			if r := t.evaluateIn(el, *a); r.granted != el.saysOfOther().granted {
				column.exceptions = append(column.exceptions, elementChange{number, r})
			}
		}
		return
	}
	first := [2]int{}
	if place := index.key.placeOf(a); place > 0 {
		first[0] = index.key.texts[place-1].compared
	}
	if len(index.folded) > 0 {
		first[1] = index.folded[pattern.Lower(a.values[0])]
	}
	for _, i := range first {
		for ; i > 0; i = index.compared[i-1].next {
			t.e.left--
			number := index.compared[i-1].element
			met := not(t.elements[number].saysOfOther().granted.direct)
			column.exceptions = append(column.exceptions, elementChange{number, elementResult{granted: grants{direct: met}}})
		}
	}
}

// appendTo appends what is the same for columns that are alike.
func (c *caseColumn) appendTo(b []byte) []byte {
	for i := range c.dense {
		b = c.dense[i].appendTo(b)
	}
	for i := range c.exceptions {
		b = append(strconv.AppendInt(b, int64(c.exceptions[i].element), 36), '=')
		b = c.exceptions[i].appendTo(b)
	}
	return b
}

func (r *elementResult) appendTo(b []byte) []byte {
	b = append(b, byte(r.granted.direct), byte(r.granted.role), byte(r.granted.whole))
	for _, number := range r.dependsOn {
		b = append(strconv.AppendInt(b, int64(number), 36), ' ')
	}
	return append(b, ';')
}

// changes lists what is not as in the column before.
func (t *caseTable) changes(c, before *caseColumn, dense []int) []elementChange {
	var changes []elementChange
	for i, number := range dense {
		if now := &c.dense[i]; now.granted != before.dense[i].granted || len(now.dependsOn)+len(before.dense[i].dependsOn) > 0 {
			changes = append(changes, elementChange{number, *now})
		}
	}
	if c == before {
		return changes
	}
	for i := range before.exceptions {
		number := before.exceptions[i].element
		changes = append(changes, elementChange{number, t.elements[number].saysOfOther()})
	}
	return append(changes, c.exceptions...)
}
