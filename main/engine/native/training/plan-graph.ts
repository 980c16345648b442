import type { GraphOperations, GraphTensor, Shape } from './graph-types.ts';

/** Builds a graph of shapes alone, and says how much memory ggml's allocator would take for it. Nothing native is loaded. */
export interface GraphPlan {
  readonly operations: GraphOperations;
  /** A weight or an input, which lies in memory of its own. */
  external(shape: Shape): GraphTensor;
  /** Bytes of all temporary values of what was scheduled. */
  peakBytes(): number;
}

interface PlannedNode {
  readonly sizeBytes: number;
  readonly shape: Shape;
  readonly sources: readonly number[];
  /** The tensor whose memory a view looks into. */
  readonly viewOf: number | null;
  /** False for permuted views, whose memory no other layout can take over. */
  readonly contiguous: boolean;
  /** Whether the operation may write over its source (`ggml_op_can_inplace`). */
  readonly mayReplace: boolean;
  readonly external: boolean;
  kept: boolean;
  scheduled: boolean;
}

const alignmentBytes = 32; // ggml_backend_cpu_buffer_type_get_alignment

export function createGraphPlan(): GraphPlan {
  const nodes: PlannedNode[] = [];
  const order: number[] = [];
  const nodeOf = (index: number): PlannedNode => {
    const node = nodes[index];
    if (node === undefined) throw new RangeError(`no node ${index}`);
    return node;
  };
  const make = (shape: Shape, sources: readonly GraphTensor[], kind: { viewOf?: GraphTensor; permuted?: boolean; mayReplace?: boolean; external?: boolean } = {}): GraphTensor => {
    const viewed = kind.viewOf === undefined ? null : Number(kind.viewOf.pointer);
    nodes.push({
      sizeBytes: shape.reduce((product, length) => product * length, 4),
      shape,
      sources: sources.map(({ pointer }) => Number(pointer)),
      viewOf: viewed === null ? null : (nodeOf(viewed).viewOf ?? viewed),
      contiguous: kind.permuted !== true,
      mayReplace: kind.mayReplace ?? false,
      external: kind.external ?? false,
      kept: false,
      scheduled: kind.external ?? false,
    });
    return { pointer: BigInt(nodes.length - 1), shape };
  };
  const permute = (a: GraphTensor, axes: readonly [number, number, number, number]): GraphTensor => {
    const shape: [number, number, number, number] = [1, 1, 1, 1];
    for (const [from, to] of axes.entries()) shape[to] = a.shape[from] ?? 1;
    return make(shape, [a], { viewOf: a, permuted: true });
  };
  const replacing = (a: GraphTensor, ...others: GraphTensor[]): GraphTensor => make(a.shape, [a, ...others], { mayReplace: true });
  const visit = (index: number): void => {
    const node = nodeOf(index);
    if (node.scheduled) return;
    node.scheduled = true;
    for (const source of node.sources) visit(source);
    order.push(index);
  };
  const operations: GraphOperations = {
    schedule: ({ pointer }) => visit(Number(pointer)),
    multiply: (a, b) => make([a.shape[1], b.shape[1], b.shape[2], b.shape[3]], [a, b]),
    outerProduct: (a, b) => make([a.shape[0], b.shape[0], b.shape[2], b.shape[3]], [a, b]),
    add: replacing,
    times: replacing,
    scaleAndShift: (a) => replacing(a),
    contiguous: (a) => make(a.shape, [a]),
    permute,
    transposed: (a) => operations.contiguous(permute(a, [1, 0, 2, 3])),
    transposedView: (a) => permute(a, [1, 0, 2, 3]),
    reshape: (a, shape) => make(shape, [a], { viewOf: a }),
    sumDimension1: (a) => make([a.shape[0], 1, a.shape[2], a.shape[3]], [a]),
    rows: (a, indices) => make([a.shape[0], indices.shape[0], 1, 1], [a, indices]),
    rowsBack: (gradient, indices, table) => make(table.shape, [gradient, indices]),
    setRows: (target, source, indices) => make(target.shape, [source, indices, target], { viewOf: target }),
    rmsNorm: (a) => replacing(a),
    rmsNormBack: (gradient, a) => replacing(gradient, a),
    silu: (a) => replacing(a),
    siluBack: (gradient, a) => replacing(gradient, a),
    softMax: (a, options) => (options === undefined ? replacing(a) : replacing(a, options.mask)),
    softMaxBack: (gradient, softMax) => replacing(gradient, softMax),
    rope: (a, { positions }) => replacing(a, positions),
    ropeBack: (gradient, { positions }) => replacing(gradient, positions),
    largest: (a) => make([a.shape[1], 1, 1, 1], [a]),
    adamStep: ({ weight, gradient, m, v, parameters }) => make(weight.shape, [weight, gradient, m, v, parameters], { viewOf: weight }),
    keep({ pointer }) {
      nodeOf(Number(pointer)).kept = true;
    },
  };
  return { operations, external: (shape) => make(shape, [], { external: true }), peakBytes: () => allocate(nodes, order) };
}

/** ggml-alloc.c, `ggml_gallocr_alloc_graph_impl`: memory is taken in order of computation and given back after its last use. */
function allocate(nodes: readonly PlannedNode[], order: readonly number[]): number {
  const room = createRoom();
  const children = nodes.map(() => 0);
  const views = nodes.map(() => 0);
  const places = new Map<number, number>();
  const count = (counts: number[], index: number, by: number): number => (counts[index] = (counts[index] ?? 0) + by);
  for (const index of order) {
    const node = nodes[index];
    if (node === undefined) continue;
    if (node.viewOf !== null) count(views, node.viewOf, 1);
    for (const source of node.sources) count(children, source, 1);
  }
  const take = (index: number, node: PlannedNode): void => {
    for (const source of node.mayReplace ? node.sources : []) {
      const parent = nodes[source];
      if (parent === undefined || parent.kept || !parent.contiguous || children[source] !== 1 || views[source] !== 0 || !sameShape(parent.shape, node.shape)) continue;
      const owner = parent.viewOf ?? source;
      if (parent.viewOf !== null && (views[owner] !== 1 || children[owner] !== 0 || nodes[owner]?.kept === true)) continue;
      const place = places.get(owner);
      if (place === undefined) continue;
      places.delete(owner);
      places.set(index, place);
      return;
    }
    places.set(index, room.take(node.sizeBytes));
  };
  const giveBack = (index: number): void => {
    const place = places.get(index);
    if (place === undefined || nodes[index]?.kept === true) return;
    places.delete(index);
    room.giveBack(place, nodes[index]?.sizeBytes ?? 0);
  };
  for (const index of order) {
    const node = nodes[index];
    if (node === undefined) continue;
    if (node.viewOf === null) take(index, node);
    for (const source of node.sources) {
      if (count(children, source, -1) !== 0 || views[source] !== 0) continue;
      const owner = nodes[source]?.viewOf ?? null;
      if (owner === null) giveBack(source);
      else if (count(views, owner, -1) === 0 && children[owner] === 0) giveBack(owner);
    }
  }
  return room.peakBytes();
}

/** ggml-alloc.c, `ggml_dyn_tallocr`: the best fitting gap, or the end. */
function createRoom(): { take: (sizeBytes: number) => number; giveBack: (offset: number, sizeBytes: number) => void; peakBytes: () => number } {
  const gaps: { offset: number; sizeBytes: number }[] = [];
  let end = 0;
  let peak = 0;
  const aligned = (sizeBytes: number): number => Math.ceil(sizeBytes / alignmentBytes) * alignmentBytes;
  return {
    take(sizeBytes) {
      const size = aligned(sizeBytes);
      const best = gaps.filter((gap) => gap.sizeBytes >= size).toSorted((a, b) => a.sizeBytes - b.sizeBytes || b.offset - a.offset)[0];
      if (best === undefined) {
        const offset = end;
        end += size;
        peak = Math.max(peak, end);
        return offset;
      }
      const { offset } = best;
      best.offset += size;
      best.sizeBytes -= size;
      if (best.sizeBytes === 0) gaps.splice(gaps.indexOf(best), 1);
      return offset;
    },
    giveBack(offset, sizeBytes) {
      const size = aligned(sizeBytes);
      gaps.push({ offset, sizeBytes: size });
      gaps.sort((a, b) => a.offset - b.offset);
      for (let at = gaps.length - 1; at > 0; at -= 1) {
        const [before, after] = [gaps[at - 1], gaps[at]];
        if (before === undefined || after === undefined || before.offset + before.sizeBytes !== after.offset) continue;
        before.sizeBytes += after.sizeBytes;
        gaps.splice(at, 1);
      }
      const last = gaps.at(-1);
      if (last === undefined || last.offset + last.sizeBytes !== end) return;
      end = last.offset;
      gaps.pop();
    },
    peakBytes: () => peak,
  };
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.every((length, dimension) => length === b[dimension]);
}
