/** Stands in the bundle for the SDK's event streams: no operation of the handler has one. */
export function eventStreamSerdeProvider(): never {
  throw new Error('no operation of the handler has an event stream');
}

export const EventStreamSerde = eventStreamSerdeProvider;
