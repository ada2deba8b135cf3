/** The metrics of a provider that are counted in the handler's log. */

import { Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, IFilterPattern, ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

const FAILED = FilterPattern.stringValue('$.status', '=', 'FAILED');

/** The lines of the handler that each metric counts. */
const PATTERNS = {
  FailedEvents: FAILED,
  Orphans: FilterPattern.any(
    FilterPattern.exists('$.orphan'),
    FilterPattern.exists('$.left'),
    FilterPattern.all(FilterPattern.stringValue('$.request', '=', 'Delete'), FAILED),
  ),
} satisfies { [metric: string]: IFilterPattern };

/**
 * A metric of the handler's log. The filter that counts it is made when it is asked for first: a metric that nobody reads is not
 * paid for. The name of the Lambda function keeps the metrics of an account's providers apart.
 */
export function logMetric(scope: Construct, name: keyof typeof PATTERNS, logGroup: ILogGroup, functionName: string, props?: MetricOptions): Metric {
  const existing = scope.node.tryFindChild(name) as MetricFilter | undefined;
  const filter = existing ?? new MetricFilter(scope, name, {
    logGroup,
    filterPattern: PATTERNS[name],
    metricNamespace: `DevOpsAgentProvider/${functionName}`,
    metricName: name,
  });
  return filter.metric({ statistic: Stats.SUM, ...props });
}
