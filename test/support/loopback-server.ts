import * as http from 'node:http';
import { AddressInfo } from 'node:net';

/** A stand-in for a service, on this machine alone. */
export abstract class LoopbackServer {
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => this.serve(request, Buffer.concat(chunks), response));
  });

  /** Begins to listen; resolves to the server itself. */
  public async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  protected abstract serve(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): void;
}
