"""
Runs the local engine, MiniStack, with what it lacks of CloudFormation's side of the custom-resource protocol, and ends it with all
its Lambda workers once the process that started it is gone, however it went.
"""

import os
import runpy
import signal
import sys
import threading
import time
from datetime import datetime, timezone

from ministack.services import secretsmanager
from ministack.services.cloudformation import custom_resource, handlers, provisioners

starter = int(sys.argv.pop(1))

# The records of the resources that CloudFormation waits for, by stack and logical id.
awaited = {}


def end_with_starter():
    while os.getppid() == starter:
        time.sleep(0.5)
    os.killpg(0, signal.SIGKILL)


def date_response_urls():
    """A ResponseURL says when it was signed, as one of Amazon S3 does: the handler takes the age of an event from it."""
    response_url = custom_resource._response_url
    custom_resource._response_url = lambda token: f'{response_url(token)}?X-Amz-Date={datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}'


def show_awaited_resources():
    """
    DescribeStackResource knows a resource from the beginning of an operation, and says that the operation is in progress. MiniStack's
    records change only when it is over. A record of another physical id stays: there the event cleans up what was replaced.
    """
    invoke = custom_resource.invoke_custom_resource
    describe = handlers._ACTION_HANDLERS['DescribeStackResource']

    def invoke_and_show(request_type, logical_id, props, stack_name, stack_id, resource_type, physical_id=None, old_props=None):
        awaited[stack_id, logical_id] = {
            'PhysicalResourceId': physical_id or '',
            'ResourceType': resource_type,
            'ResourceStatus': f'{request_type.upper()}_IN_PROGRESS',
            'Timestamp': datetime.now(timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z'),
        }
        try:
            return invoke(request_type, logical_id, props, stack_name, stack_id, resource_type, physical_id, old_props)
        finally:
            del awaited[stack_id, logical_id]

    def describe_awaited(params):
        stack = handlers._resolve_stack(handlers._p(params, 'StackName'))
        logical_id = handlers._p(params, 'LogicalResourceId')
        record = awaited.get((stack['StackId'], logical_id)) if stack else None
        recorded = stack['_resources'].get(logical_id) if record else None
        if record is None or (recorded and recorded.get('PhysicalResourceId') != record['PhysicalResourceId']):
            return describe(params)
        # Nothing else runs meanwhile: the engine answers all requests in one thread.
        stack['_resources'][logical_id] = record
        try:
            return describe(params)
        finally:
            if recorded:
                stack['_resources'][logical_id] = recorded
            else:
                del stack['_resources'][logical_id]

    custom_resource.invoke_custom_resource = invoke_and_show
    handlers._ACTION_HANDLERS['DescribeStackResource'] = describe_awaited


def refer_to_secrets_by_arn():
    """The Ref of a secret is its ARN. MiniStack's is its name, which it keeps them by."""
    secret = provisioners._RESOURCE_HANDLERS['AWS::SecretsManager::Secret']
    create, update, delete = secret['create'], secret['update'], secret['delete']

    def name_of(arn):
        return next((name for name, kept in secretsmanager._secrets.items() if kept['ARN'] == arn), arn)

    def create_by_arn(logical_id, props, stack_name):
        _, attributes = create(logical_id, props, stack_name)
        return attributes['Arn'], attributes

    def update_by_arn(physical_id, *args, **kwargs):
        _, attributes = update(name_of(physical_id), *args, **kwargs)
        return attributes['Arn'], attributes

    secret['create'] = create_by_arn
    secret['update'] = update_by_arn
    secret['delete'] = lambda physical_id, props: delete(name_of(physical_id), props)


threading.Thread(target=end_with_starter, daemon=True).start()
date_response_urls()
show_awaited_resources()
refer_to_secrets_by_arn()
runpy.run_module('ministack', run_name='__main__', alter_sys=True)
