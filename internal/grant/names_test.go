package grant

const (
	consumerRole = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
	user         = "arn:aws:iam::123456789012:user/alice"
)
