/** Replaces the SDK's event streams in the bundle: no operation of the handler has one. */
export function eventStreamSerdeProvider(): never {
  throw new Error('no operation of the handler has an event stream');
}

export const EventStreamSerde = eventStreamSerdeProvider;
