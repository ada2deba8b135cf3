/** Stands for `https` in the framework's code: the local engine takes answers over HTTP, at a port that the framework does not look at. */

import * as http from 'node:http';

export function request(options: http.RequestOptions, callback: (response: http.IncomingMessage) => void): http.ClientRequest {
  return http.request({ ...options, port: new URL(process.env.AWS_ENDPOINT_URL!).port }, callback);
}
