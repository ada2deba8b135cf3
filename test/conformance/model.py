"""boto3's own model of the API as JSON, and botocore's own verdict on requests.

Reads {"operations": [name, ...], "requests": [{"operation": name, "input": {...}}, ...]}. The shapes are written as the simulator writes
its own, so that the two can be compared, and the same code can check a value against either.
"""

import json
import sys

import botocore
import botocore.session
from botocore.validate import ParamValidator

MODEL = botocore.session.get_session().get_service_model('devops-agent')
MARKS = ('min', 'max', 'pattern', 'enum', 'sensitive')
KINDS = {'long': 'integer'}


def shape_of(shape, around=()):
    if shape.name in around:
        raise ValueError(f'{shape.name} contains itself')
    around = (*around, shape.name)
    written = {
        'kind': KINDS.get(shape.type_name, shape.type_name),
        **{mark: shape.metadata[mark] for mark in MARKS if mark in shape.metadata},
    }
    if shape.type_name == 'structure':
        # botocore knows a document only as a structure without members.
        if getattr(shape, 'is_document_type', False):
            return {'kind': 'document'}
        written['members'] = {name: shape_of(member, around) for name, member in shape.members.items()}
        if getattr(shape, 'is_tagged_union', False):
            written['kind'] = 'union'
        else:
            written['required'] = shape.required_members
    elif shape.type_name == 'list':
        written['member'] = shape_of(shape.member, around)
    elif shape.type_name == 'map':
        written['key'] = shape_of(shape.key, around)
        written['value'] = shape_of(shape.value, around)
    return written


def operation_of(name):
    operation = MODEL.operation_model(name)
    located = {member: shape.serialization.get('location') for member, shape in operation.input_shape.members.items()}
    return {
        'method': operation.http['method'],
        'path': operation.http['requestUri'],
        'query': [member for member, location in located.items() if location == 'querystring'],
        'status': operation.http.get('responseCode', 200),
        'input': shape_of(operation.input_shape),
        'output': operation.output_shape and shape_of(operation.output_shape),
    }


def problems(request):
    shape = MODEL.operation_model(request['operation']).input_shape
    return ParamValidator().validate(request['input'], shape).generate_report().splitlines()


asked = json.load(sys.stdin)
json.dump({
    'version': botocore.__version__,
    'operations': {name: operation_of(name) for name in asked['operations']},
    'problems': [problems(request) for request in asked['requests']],
}, sys.stdout)
