// SPDX-License-Identifier: Apache-2.0
// heapsnapshot.mjs ENGINE SNAPSHOT ARRAYS: what Chrome DevTools makes of a heap snapshot. ENGINE is devtools.mjs of tools/fetch-npm.
// Totals and classes are printed as JSON; ARRAYS gets doubles by node, one array after the other: bytes, edges, retained bytes,
// dominator, distance.
import {createReadStream, writeFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';

// The engine expects a newer JavaScript than Node.js 20 has.
Promise.withResolvers ??= function() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, {resolve, reject}));
  return made;
};

const [, , enginePath, snapshotPath, arraysPath] = process.argv;
const {HeapSnapshot, HeapSnapshotLoader} = await import(pathToFileURL(enginePath));
const said = [];  // progress, and what it finds wrong
const loader = new HeapSnapshotLoader.HeapSnapshotLoader({sendEvent: (name, data) => said.push({name, data})});
for await (const chunk of createReadStream(snapshotPath, {encoding: 'utf8'})) {
  loader.write(chunk);
}
loader.close();
const channel = new MessageChannel();
new HeapSnapshot.SecondaryInitManager(channel.port2);
const snapshot = await loader.buildSnapshot(channel.port1);
channel.port1.close();

const byNode = Array.from({length: 5}, () => new Float64Array(snapshot.nodeCount));
let edges = 0;
for (let i = 0; i < snapshot.nodeCount; i++) {
  const node = snapshot.createNode(i * snapshot.nodeFieldCount);
  const values = [node.selfSize(), node.edgesCount(), node.retainedSize(), node.dominatorIndex() / snapshot.nodeFieldCount, node.distance()];
  values.forEach((value, k) => { byNode[k][i] = value; });
  edges += node.edgesCount();
}
writeFileSync(arraysPath, Buffer.concat(byNode.map((array) => Buffer.from(array.buffer))));

// What "Summary" shows
const classes = Object.values(snapshot.aggregatesWithFilter({})).map(
    ({name, count, self, maxRet}) => ({name, count, bytes: self, retained: maxRet}));
console.log(JSON.stringify({
  nodes: snapshot.nodeCount,
  edges,
  bytes: snapshot.totalSize,
  statistics: snapshot.getStatistics().total,
  classes,
  problems: said.filter(({name}) => name !== 'ProgressUpdate'),
}));
