// The playground's rules, number by number, as a browser would run them: what the benchmark times under Node.
// Usage: node playground.js SIZES FEATURES EPOCHS GRID < points.json  → {"train": ms an epoch, "seen": ms an epoch and boundary}
const [sizesText, featuresText, epochsText, gridText] = process.argv.slice(2);
const sizes = sizesText.split(',').map(Number), epochs = Number(epochsText), grid = Number(gridText);
const kinds = { 'x1': (a, b) => a, 'x2': (a, b) => b, 'x1^2': (a) => a * a, 'x2^2': (a, b) => b * b,
  'x1*x2': (a, b) => a * b, 'sin(x1)': (a) => Math.sin(a), 'sin(x2)': (a, b) => Math.sin(b) };
const features = featuresText.split(',').map((name) => kinds[name]);
const train = JSON.parse(require('fs').readFileSync(0, 'utf8'));
class Node { constructor() { this.inputs = []; this.outputs = []; this.bias = 0.1; this.z = 0; this.out = 0; this.dOut = 0; this.dIn = 0; this.sum = 0; this.count = 0; } }
class Link { constructor(from, to) { this.from = from; this.to = to; this.weight = Math.random() - 0.5; this.sum = 0; this.count = 0; } }
const layers = sizes.map((size) => Array.from({ length: size }, () => new Node()));
for (let l = 1; l < layers.length; l++) for (const to of layers[l]) for (const from of layers[l - 1]) {
  const link = new Link(from, to); to.inputs.push(link); from.outputs.push(link);
}
function forward(a, b) {
  for (let i = 0; i < features.length; i++) layers[0][i].out = features[i](a, b);
  for (let l = 1; l < layers.length; l++) for (const node of layers[l]) {
    node.z = node.bias;
    for (const link of node.inputs) node.z += link.weight * link.from.out;
    node.out = Math.tanh(node.z);
  }
  return layers[layers.length - 1][0].out;
}
function backward(target) {
  const last = layers[layers.length - 1][0];
  last.dOut = last.out - target;
  for (let l = layers.length - 1; l >= 1; l--) {
    for (const node of layers[l]) { node.dIn = node.dOut * (1 - node.out * node.out); node.sum += node.dIn; node.count++; }
    for (const node of layers[l]) for (const link of node.inputs) { link.sum += node.dIn * link.from.out; link.count++; }
    if (l === 1) continue;
    for (const node of layers[l - 1]) { node.dOut = 0; for (const link of node.outputs) node.dOut += link.weight * link.to.dIn; }
  }
}
function update(rate) {
  for (let l = 1; l < layers.length; l++) for (const node of layers[l]) {
    if (node.count) { node.bias -= rate * node.sum / node.count; node.sum = 0; node.count = 0; }
    for (const link of node.inputs) if (link.count) { link.weight -= rate / link.count * link.sum; link.sum = 0; link.count = 0; }
  }
}
function epoch() {
  train.forEach((point, i) => { forward(point[0], point[1]); backward(point[2]); if ((i + 1) % 10 === 0) update(0.03); });
}
function boundary() { // every unit at every place, as the page draws them
  const maps = layers.flat().map(() => new Float64Array(grid * grid));
  for (let i = 0; i < grid; i++) for (let j = 0; j < grid; j++) {
    forward(12 * i / grid - 6, 12 * j / grid - 6);
    let k = 0;
    for (const layer of layers) for (const node of layer) maps[k++][i * grid + j] = node.out;
  }
  return maps;
}
function time(work, times) {
  for (let i = 0; i < Math.min(20, times); i++) work();
  const found = [];
  for (let i = 0; i < times; i++) { const t = process.hrtime.bigint(); work(); found.push(Number(process.hrtime.bigint() - t) / 1e6); }
  return Math.min(...found); // as for its competitors
}
const trained = time(epoch, epochs);
const seen = time(() => { epoch(); boundary(); }, Math.max(5, epochs >> 3));
console.log(JSON.stringify({ train: trained, seen }));
