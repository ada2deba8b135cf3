"""Checks requests against the public model of the API, as botocore ships it.

Reads one JSON object per line: {"operation": "RegisterService", "input": {...}}. Prints one line per problem. A credential that was
replaced by its hash ("sha256:...") is a string like any other here.
"""

import json
import re
import sys

import botocore.session
from botocore.validate import ParamValidator

MODEL = botocore.session.get_session().get_service_model('devops-agent')


def constraints(shape, value, path):
    """What botocore's own validator leaves to the service: patterns, maxima and enumerations."""
    meta = shape.metadata
    if shape.type_name == 'structure':
        for name, member in value.items():
            if name in shape.members:
                yield from constraints(shape.members[name], member, f'{path}.{name}')
    elif shape.type_name == 'list':
        for index, member in enumerate(value):
            yield from constraints(shape.member, member, f'{path}[{index}]')
    elif shape.type_name == 'map':
        for key, member in value.items():
            yield from constraints(shape.key, key, f'{path} (key)')
            yield from constraints(shape.value, member, f'{path}.{key}')
    if 'max' in meta and (len(value) if hasattr(value, '__len__') else value) > meta['max']:
        yield f'{path} is longer than {meta["max"]}'
    # Python has no \p{...}: those patterns are left to the simulator, which has.
    pattern = meta.get('pattern', '')
    if pattern and '\\p{' not in pattern and not re.fullmatch(pattern, value):
        yield f'{path} does not match {pattern}'
    if shape.type_name == 'string' and meta.get('enum') and value not in meta['enum']:
        yield f'{path} is none of {meta["enum"]}'


def problems(operation, value):
    shape = MODEL.operation_model(operation).input_shape
    report = ParamValidator().validate(value, shape)
    if report.has_errors():
        yield from report.generate_report().splitlines()
    else:
        yield from constraints(shape, value, operation)


count = 0
for line in sys.stdin:
    request = json.loads(line)
    count += 1
    for problem in problems(request['operation'], request['input']):
        print(f'{request["operation"]} #{count}: {problem}')
print(f'checked {count}')
