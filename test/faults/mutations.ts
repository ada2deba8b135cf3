/** Mutations of the handler: mistakes that somebody might make in it, each wrapped around one of its seams. */
import { ASSOCIATION_MUTATIONS } from './association-mutations';
import {
  absent, answers, api, errors, final, isInvented, isNamed, isOwn, LONGEST_WAIT, Mutation, omit, ownTags, tagsRead, tagsWritten,
} from './seams';
import { never } from './time';
import { CallError, TaggedService } from '../../lambda/devops-agent';
import { Ports } from '../../lambda/ports';
import { TAG } from '../../src/private/contract';

/** The mutations that the search has to notice. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'what this request registered already is not adopted',
    ports: tagsRead((tags, event) => (tags[TAG.request] === event.RequestId ? { ...tags, [TAG.request]: 'another' } : tags)),
  },
  ...(['provider', 'stack', 'resource', 'request', 'fingerprint', 'retain', 'predecessor'] as const).map((tag) => ({
    name: `services are registered without the tag '${tag}'`,
    ports: tagsWritten((tags) => omit(tags, TAG[tag])),
  })),
  {
    name: 'a replacement is not announced',
    ports: api(({ tag }) => ({
      tag: (arn, tags) => (TAG.replacing in tags ? Promise.resolve() : tag(arn, tags)),
    })),
  },
  {
    name: 'a service is its own whosever ownership tags it carries',
    ports: tagsRead((tags, event) => (TAG.resource in tags ? { ...tags, ...ownTags(event) } : tags)),
  },
  {
    name: 'RegisterService is called again without a look at what the first call did',
    ports: api(({ register, list }) => {
      let blind = false;
      return {
        register: (input) => register(input).catch((error: CallError) => {
          blind = error.ambiguous;
          throw error;
        }),
        list: async (type, token) => (blind ? { services: [] } : list(type, token)),
      };
    }),
  },
  {
    name: 'RegisterService is repeated like any other call',
    ports: api(({ register }) => ({
      register: (input) => register(input).catch((error: CallError) => (error.ambiguous ? register(input) : Promise.reject(error))),
    })),
  },
  {
    name: 'no response to RegisterService is taken for a refusal',
    ports: api(({ register }) => ({
      register: (input) => register(input).catch((error: CallError) => Promise.reject(error.ambiguous ? final(error) : error)),
    })),
  },
  {
    name: 'looks do not wait, however far lists lag',
    ports: (ports) => {
      let skipped = 0;
      const { now, remaining, sleep } = ports.clock;
      const isLook = (ms: number) => ms >= 5_000 && ms <= LONGEST_WAIT;
      return {
        ...ports,
        clock: {
          ...ports.clock,
          now: () => now() + skipped,
          remaining: () => remaining() - skipped,
          sleep: (ms) => {
            skipped += isLook(ms) ? ms : 0;
            return sleep(isLook(ms) ? 0 : ms);
          },
        },
      };
    },
  },
  {
    name: 'only the first page of a list is read',
    ports: api(({ list }) => ({ list: async (type, token) => ({ services: (await list(type, token)).services }) })),
  },
  {
    name: 'only the first service of a page is looked at',
    ports: api(({ list }) => ({
      list: async (type, token) => {
        const { services, nextToken } = await list(type, token);
        return { services: services.slice(0, 1), nextToken };
      },
    })),
  },
  {
    name: 'a list is believed of what is too new for it',
    ports: api(({ list, get }) => {
      const old = <T extends object>(service: T) => ({ ...service, createdAt: new Date(0) });
      return {
        list: async (type, token) => {
          const { services, nextToken } = await list(type, token);
          return { services: services.map(old), nextToken };
        },
        get: async (serviceId) => {
          const { service, tags } = await get(serviceId);
          return { service: old(service), tags };
        },
      };
    }),
  },
  {
    name: 'a failed Create is answered with success',
    ports: answers((body, event) => (event.RequestType === 'Create' && body.Status === 'FAILED'
      ? { ...body, Status: 'SUCCESS', PhysicalResourceId: `consent/${event.RequestId}`, Data: { ServiceId: 'none', ServiceArn: 'none', ConsentUrl: 'none' } }
      : body)),
  },
  {
    name: 'a failed Delete is answered with success',
    ports: answers((body, event) => (event.RequestType === 'Delete' ? { ...body, Status: 'SUCCESS' } : body)),
  },
  {
    name: 'a failed DeregisterService is swallowed',
    ports: api(({ deregister }) => ({ deregister: (serviceId) => deregister(serviceId).catch(() => undefined) })),
  },
  {
    name: 'no response to DeregisterService is taken for success',
    ports: api(({ deregister }) => ({
      deregister: (serviceId) => deregister(serviceId).catch((error: CallError) => (error.ambiguous ? undefined : Promise.reject(error))),
    })),
  },
  {
    name: 'the answer does not wait for DeregisterService',
    ports: api(({ deregister }) => ({
      deregister: async (serviceId) => {
        void deregister(serviceId).catch(() => undefined);
      },
    })),
  },
  {
    name: 'CloudFormation is believed to wait for every event',
    ports: (ports, { RequestType }) => ({
      ...ports,
      stacks: {
        ...ports.stacks,
        describeResource: async (stackId, logicalId) => ({
          ...await ports.stacks.describeResource(stackId, logicalId), status: `${RequestType.toUpperCase()}_IN_PROGRESS`, since: 0,
        }),
      },
    }),
  },
  {
    name: 'CloudFormation that is throttled is taken to know nothing',
    ports: (ports) => ({
      ...ports,
      stacks: {
        ...ports.stacks,
        describeResource: (stackId, logicalId) => ports.stacks.describeResource(stackId, logicalId).catch((error: CallError) => {
          throw error.throttled ? new CallError(error.operation, 'ValidationError', error.message, 400) : error;
        }),
      },
    }),
  },
  ...(['DELETE_IN_PROGRESS', 'UPDATE_COMPLETE'] as const).map((status) => ({
    name: `the stack's status is always ${status}`,
    ports: (ports: Ports) => ({ ...ports, stacks: { ...ports.stacks, stackStatus: () => Promise.resolve(status) } }),
  })),
  {
    name: 'the Delete of an invented id does not wait for the Create that is under way',
    ports: api(({ list }, event) => {
      const pages = new Map<string, ReturnType<typeof list>>();
      const first = (type?: string, token?: string) => {
        const key = `${type} ${token}`;
        const page = pages.get(key) ?? list(type, token);
        pages.set(key, page);
        return page;
      };
      return isInvented(event) ? { list: first } : {};
    }),
  },
  {
    name: 'an id that CloudFormation invented is taken for the id of a service',
    event: (event) => (isInvented(event)
      ? { ...event, PhysicalResourceId: `arn:aws:aidevops:us-east-1:000000000000:service/${event.PhysicalResourceId}` }
      : event),
  },
  {
    name: 'the Delete of a failed Create removes all that the resource has',
    ports: tagsRead((tags, event) => {
      const request = /^failed\/(.*)/.exec(event.PhysicalResourceId ?? '')?.[1];
      return request !== undefined && event.RequestType === 'Delete' && isOwn(tags, event) ? { ...tags, [TAG.request]: request } : tags;
    }),
  },
  {
    name: 'a rollback re-registers what is still there',
    ports: api(({ get }, event) => ({
      get: async (serviceId) => {
        const found = await get(serviceId);
        if (event.RequestType === 'Update' && isOwn(found.tags, event) && !isNamed(event, serviceId) && found.tags[TAG.request] !== event.RequestId) {
          throw new CallError('GetService', 'ResourceNotFoundException', 'hidden', 404);
        }
        return found;
      },
    })),
  },
  {
    name: 'what a failed update leaves behind stays',
    ports: api(({ deregister }, event) => ({
      deregister: async (serviceId) => (event.RequestType === 'Update' && !isNamed(event, serviceId) ? undefined : deregister(serviceId)),
    })),
  },
  {
    name: 'a retained service is deregistered first',
    event: (event) => ({
      ...event,
      ResourceProperties: omit(event.ResourceProperties, 'Retain'),
      ...(event.OldResourceProperties ? { OldResourceProperties: omit(event.OldResourceProperties, 'Retain') } : {}),
    }),
    ports: tagsRead((tags) => omit(tags, TAG.retain)),
  },
  {
    name: 'the old service goes although the new one has another unique key',
    ports: api(({ register, deregister }, { RequestType, PhysicalResourceId = '' }) => ({
      register: async (input) => {
        if (RequestType === 'Update' && PhysicalResourceId.startsWith('arn:')) {
          await deregister(PhysicalResourceId.split('/')[1]).catch(() => undefined);
        }
        return register(input);
      },
    })),
  },
  {
    name: 'no delete-before-create',
    ports: api(({ deregister }, event) => ({
      deregister: async (serviceId) => (event.RequestType === 'Update' && isNamed(event, serviceId)
        ? Promise.reject(new CallError('DeregisterService', 'ForbiddenException', 'not deregistered first', 400))
        : deregister(serviceId)),
    })),
  },
  {
    name: 'a role that was just made is not waited for',
    ports: errors((error) => (error.notReady ? new CallError(error.operation, error.code, 'refused', 400) : error)),
  },
  {
    name: 'throttling is final',
    ports: errors((error) => (error.throttled ? final(error) : error)),
  },
  {
    name: 'a policy that has not spread is final',
    ports: errors((error) => (error.denied ? final(error) : error)),
  },
  {
    name: 'GetService that is denied is taken for an absent service',
    ports: api(({ get }) => ({
      get: (serviceId) => get(serviceId).catch((error: CallError) => Promise.reject(error.denied ? absent(error) : error)),
    })),
  },
  {
    name: 'an absent service has to be deregistered all the same',
    ports: api(({ get }) => {
      const known = new Map<string, TaggedService>();
      return {
        get: async (serviceId) => {
          try {
            const found = await get(serviceId);
            known.set(serviceId, found);
            return found;
          } catch (error) {
            if (!known.has(serviceId)) {
              throw error;
            }
            return known.get(serviceId)!;
          }
        },
      };
    }),
  },
  {
    name: 'no watchdog',
    ports: (ports) => ({
      ...ports, clock: { ...ports.clock, sleep: (ms) => (ms > LONGEST_WAIT ? never() : ports.clock.sleep(ms)) },
    }),
  },
  {
    name: 'fields of one secret come from several reads',
    ports: (ports) => ({
      ...ports,
      secrets: {
        ...ports.secrets,
        getValue: async (secretId, which) => {
          const { versionId, text = '' } = await ports.secrets.getValue(secretId, which);
          const { text: other = '' } = await ports.secrets.getValue(secretId, which);
          return { versionId, text: text.startsWith('{') ? JSON.stringify({ ...JSON.parse(text), secret: JSON.parse(other).secret }) : text };
        },
      },
    }),
  },
  {
    name: 'the version that a secret is pinned to is ignored',
    ports: (ports) => ({
      ...ports, secrets: { ...ports.secrets, getValue: (secretId, { versionStage } = {}) => ports.secrets.getValue(secretId, { versionStage }) },
    }),
  },
  {
    name: 'the previous version of a secret is read',
    ports: (ports) => ({
      ...ports,
      secrets: { ...ports.secrets, getValue: (secretId, which = {}) => ports.secrets.getValue(secretId, which.versionId === undefined ? { versionStage: 'AWSPREVIOUS' } : which) },
    }),
  },
  {
    name: 'a new revision of the credentials changes nothing',
    ports: (ports) => ({
      ...ports,
      secrets: { ...ports.secrets, getValue: async (secretId, which) => ({ ...await ports.secrets.getValue(secretId, which), versionId: 'any' }) },
    }),
  },
  {
    name: 'a failed update answers with an id of its own',
    ports: answers((body, { RequestId }) => (body.Status === 'FAILED' ? { ...body, PhysicalResourceId: `failed/${RequestId}` } : body)),
  },
  {
    name: 'an answer that is not taken is not put again',
    ports: (ports) => ({ ...ports, answers: { put: (url, body) => ports.answers.put(url, body).catch(() => undefined) } }),
  },
  {
    name: 'tags that are gone from the template stay',
    ports: api(() => ({ untag: () => Promise.resolve() })),
  },
  {
    name: 'tags that are new in the template are not written',
    ports: api(() => ({ tag: () => Promise.resolve() })),
  },
  {
    name: 'the whole event is logged',
    ports: (ports, event) => ({ ...ports, log: (line) => ports.log(JSON.stringify({ ...JSON.parse(line), event })) }),
  },
  {
    name: 'the words of the service are not redacted',
    ports: (ports, event) => {
      let words = '';
      const heard = api(({ register }) => ({
        register: (input) => register(input).catch((error: CallError) => {
          words = error.message;
          throw error;
        }),
      }))(ports, event);
      return answers((body) => (body.Status === 'FAILED' ? { ...body, Reason: words } : body))(heard, event);
    },
  },
];

/** The mutation of a name. */
export function mutationOf(name: string): Mutation {
  const all = [...MUTATIONS, ...ASSOCIATION_MUTATIONS];
  const found = all.find((mutation) => mutation.name === name);
  if (!found) {
    throw new Error(`No such mutation: ${name}. Known are:\n${all.map((mutation) => mutation.name).join('\n')}`);
  }
  return found;
}
