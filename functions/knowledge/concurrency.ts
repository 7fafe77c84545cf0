/** Enough to hide the latency of a table or a bucket without crowding out other callers. */
const parallel = 8;

/** Runs `work` over the inputs, a few at a time; results in the order of the inputs. The first error stops the rest. */
export async function inParallel<Input, Output>(
  inputs: readonly Input[],
  work: (input: Input) => Promise<Output>,
): Promise<Output[]> {
  const outputs: Output[] = [];
  for (let at = 0; at < inputs.length; at += parallel)
    outputs.push(...(await Promise.all(inputs.slice(at, at + parallel).map(work))));
  return outputs;
}
