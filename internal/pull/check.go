package pull

type check struct{}

func newCheck(in Input) (*check, InputErrors) { panic("todo") }

func parse(in Input) (*check, InputErrors) { panic("todo") }

func (c *check) result() Result { panic("todo") }
