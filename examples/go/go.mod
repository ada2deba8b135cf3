module devopstools

go 1.25

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.253.0
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-devops-agent/cdk-devops-agent-go/cdkdevopsagent v0.0.0
)

// The package as `npm run package:go` leaves it.
replace github.com/cdk-devops-agent/cdk-devops-agent-go/cdkdevopsagent => ../../dist/go/cdkdevopsagent
